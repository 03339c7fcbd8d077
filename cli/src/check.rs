//! `guardmesh check`: the guards from the shell, with no server. Made for hooks, CI and people.
//!
//! Here is what may be asked for and the way from inputs to the report; each step has a file of its own.

use std::fs::File;
use std::io::{self, BufRead, BufReader, IsTerminal, Write};
use std::iter;
use std::num::NonZero;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Context, bail};

use self::baseline::{Baseline, Recording};
use self::diff::git::{self, Comparison};
use self::diff::{Changed, Diff};
use self::input::{Identities, Input, Name, Source};
use self::report::{Format, Report};
use self::rules::{Choice, Rules};
use self::session::{Extent, Purpose, Session};
use self::walk::Selection;

mod baseline;
mod diff;
mod examine;
mod fingerprint;
mod input;
mod interrupt;
mod parallel;
mod place;
mod progress;
mod report;
mod rules;
mod session;
mod text;
mod walk;

/// Inputs, in the order in which they are reported.
type Inputs<'a> = Box<dyn Iterator<Item = Input> + Send + 'a>;

/// What makes a service ask a transformer where the guard `prompt_injection` is in doubt.
const TRANSFORMER: &str = "GUARDS_INJECTION_MODEL_DIR";

/// A check that does not begin.
const NOT_BEGUN: u8 = 2;

const HELP: &str = "\
Guards:
  By default: secrets, pii, invisible_text, exfiltration and prompt_injection. By name as well:
  urls, sql_shell_injection, insecure_code, homoglyphs, code, topics, toxicity and gibberish. By the
  parameters that a policy gives: keywords, regex, token_limit, language, json_schema,
  system_prompt_leak.

What is read:
  Folders are walked as git sees them: what .gitignore, .git/info/exclude and the global list ignore
  is left out (even if git tracks it), hidden files are checked, .git is not. Symbolic links are not
  followed. Binary files (a NUL among the first 8,000 bytes, as git decides) and those above
  --max-size are skipped; UTF-16 is read by its byte order mark, other encodings as ASCII with gaps.
  Of a file the first 10,000 findings are kept. Baselines and SARIF name files from the top of the
  repository, or from the current folder outside of one.

  --staged and --diff=REVISION have git write the diff, read each changed file as a whole, and
  report what touches added lines. --diff reads diffs from files or standard input, where a finding
  that needs more than the lines around a change is not seen. Combined diffs, of merges, are
  refused.

What counts:
  Without --policy every finding does; with it, those that it blocks, has reviewed, redacts or
  withholds. What it flags, or runs in shadow, is reported only. Where no route of it fits, the
  guards look that run by default. Deadlines, the vault and a transformer have no meaning here.

Exit status:
  0    nothing was found that counts
  1    something was
  2    something could not be read or checked, or the command makes no sense
  130  interrupted

Examples:
  guardmesh check .                                           # this folder
  guardmesh check --guards secrets,pii src README.md
  guardmesh check --staged                                    # what is about to be committed
  guardmesh check --diff=origin/main...HEAD                   # what a branch adds
  git show | guardmesh check --diff                           # what a commit added
  guardmesh check . --policy policy.yaml --label stage=prod
  guardmesh check . --format sarif > guardmesh.sarif          # to be uploaded to a code host
  guardmesh check . --baseline known.json --write-baseline    # known from now on
  guardmesh check . --baseline known.json                     # what is new
  echo 'mail ada@example.org' | guardmesh check --format json";

#[derive(Debug, clap::Args)]
#[command(after_help = HELP)]
pub(crate) struct Args {
    /// Files and folders to check; `-`, or none, is standard input. With --diff, diffs
    paths: Vec<PathBuf>,

    /// What the report looks like
    #[arg(long, value_enum, default_value = "text")]
    format: Format,

    /// Threads to check with; as many as there are cores when absent
    #[arg(long, short = 'j', value_name = "NUMBER")]
    threads: Option<NonZero<u8>>,

    #[command(flatten)]
    choice: Choice,

    /// Check only the lines that a unified diff adds: one that is given, or with a revision that of
    /// `git diff REVISION`
    #[arg(long, value_name = "REVISION", num_args = 0..=1, require_equals = true)]
    #[arg(default_missing_value = "", help_heading = "What is checked")]
    diff: Option<String>,

    /// Check only the lines that the next commit adds
    #[arg(long, conflicts_with = "diff", help_heading = "What is checked")]
    staged: bool,

    /// Leave out what fits a glob, such as `tests/**` or `*.lock`; may be given several times
    #[arg(long, value_name = "GLOB", help_heading = "What is checked")]
    exclude: Vec<String>,

    /// Also check files in folders that git ignores
    #[arg(long, help_heading = "What is checked")]
    no_ignore: bool,

    /// Most mebibytes of a file
    #[arg(
        long,
        value_name = "MIB",
        default_value = "16",
        help_heading = "What is checked"
    )]
    max_size: NonZero<u16>,

    /// Report only findings that are not in this file
    #[arg(long, value_name = "FILE", help_heading = "Known findings")]
    baseline: Option<PathBuf>,

    /// Write all findings to that file, to be known from now on, and report none
    #[arg(long, requires = "baseline", conflicts_with_all = ["diff", "staged"])]
    #[arg(help_heading = "Known findings")]
    write_baseline: bool,
}

pub(crate) fn run(args: &Args) -> ExitCode {
    let code = check(args).unwrap_or_else(|error| {
        let _ = writeln!(io::stderr(), "guardmesh: {}", crate::sentence(&error));
        NOT_BEGUN
    });
    ExitCode::from(code)
}

fn check(args: &Args) -> anyhow::Result<u8> {
    let rules = Arc::new(Rules::of(&args.choice)?);
    if rules.may_doubt() && std::env::var_os(TRANSFORMER).is_some() {
        let told = "is for the service: no transformer is asked here, whatever the doubt";
        let _ = writeln!(io::stderr(), "guardmesh: {TRANSFORMER} {told}");
    }
    let max_bytes = usize::from(args.max_size.get()) << 20;
    let own: Vec<&Path> = args.baseline.iter().map(PathBuf::as_path).collect();
    let identities = Identities::here().context("the current folder")?;
    let purpose = purpose(args, &identities)?;
    let selection = Selection::new(&args.exclude, !args.no_ignore, &own, identities)?;
    let (inputs, extent) = inputs(args, &selection, max_bytes)?;
    let session = Session::new(rules.clone(), Report::new(args.format), purpose, extent);
    let session = Arc::new(Mutex::new(session));
    let lock = || session.lock().unwrap_or_else(PoisonError::into_inner);
    interrupt::end_on_request(session.clone())?;

    // What a panic says may quote the text.
    std::panic::set_hook(Box::new(|panic| {
        let place = panic
            .location()
            .map(ToString::to_string)
            .unwrap_or_default();
        let _ = writeln!(io::stderr(), "guardmesh: a defect at {place}");
    }));
    let mut written = lock().begin();
    if written.is_ok() {
        parallel::in_order(
            threads(args),
            inputs,
            |input| examine::examine(&rules, max_bytes, input),
            |examined| {
                written = lock().take(examined);
                match written {
                    Ok(()) => ControlFlow::Continue(()),
                    Err(_) => ControlFlow::Break(()),
                }
            },
        );
    }
    let mut session = lock();
    match written.and_then(|()| session.finish()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(session.cut_off()),
        code => code.context("the report cannot be written"),
    }
}

/// What is to be checked.
fn inputs<'a>(
    args: &'a Args,
    selection: &'a Selection,
    max_bytes: usize,
) -> anyhow::Result<(Inputs<'a>, Extent)> {
    let comparison = match &args.diff {
        _ if args.staged => Comparison::Staged,
        Some(revision) if !revision.is_empty() => Comparison::Revision(revision),
        Some(_) => {
            let diffs = named_or_stdin(&args.paths)?.into_iter();
            let inputs = diffs.flat_map(move |path| given_diff(&path, selection, max_bytes));
            return Ok((Box::new(inputs), Extent::Diff));
        }
        None => return files(args, selection),
    };
    let folder = git::folder()?;
    let diff = Diff::new(git::diff(comparison, &args.paths)?, max_bytes);
    let inputs = changes(diff, "git diff".to_owned(), folder, selection);
    Ok((Box::new(inputs), Extent::Diff))
}

fn files<'a>(args: &Args, selection: &'a Selection) -> anyhow::Result<(Inputs<'a>, Extent)> {
    let paths = named_or_stdin(&args.paths)?;
    let extent = if paths.iter().any(|path| path.is_dir()) {
        Extent::Tree
    } else {
        Extent::Named
    };
    let inputs = paths.into_iter().flat_map(|path| selection.files(path));
    Ok((Box::new(inputs), extent))
}

/// The paths; without any, standard input, if that is not somebody who waits for a prompt.
fn named_or_stdin(paths: &[PathBuf]) -> anyhow::Result<Vec<PathBuf>> {
    if !paths.is_empty() {
        return Ok(paths.to_vec());
    }
    if io::stdin().is_terminal() {
        bail!("name files or folders (`.` is this one), or pipe a text in");
    }
    Ok(vec![PathBuf::from("-")])
}

/// A diff in a file, or on standard input.
fn given_diff<'a>(path: &Path, selection: &'a Selection, max_bytes: usize) -> Inputs<'a> {
    let (reader, name): (Box<dyn BufRead + Send>, _) = if path == Path::new("-") {
        let stdin = BufReader::new(io::stdin());
        (Box::new(stdin), "standard input".to_owned())
    } else {
        let name = path.display().to_string();
        match File::open(path).context("cannot be opened") {
            Ok(file) => (Box::new(BufReader::new(file)), name),
            Err(error) => return Box::new(iter::once(Input::failed(&name, error))),
        }
    };
    let diff = Diff::new(reader, max_bytes);
    Box::new(changes(diff, name, PathBuf::new(), selection))
}

/// The files that a diff adds something to, as seen from `folder` in the repository; what is wrong
/// with the diff itself comes by its own name.
fn changes<'a>(
    diff: Diff<impl BufRead + Send + 'a>,
    name: String,
    folder: PathBuf,
    selection: &'a Selection,
) -> impl Iterator<Item = Input> + Send + 'a {
    let input = move |changed: anyhow::Result<(PathBuf, Changed)>| match changed {
        Ok((path, changed)) => {
            let seen = git::seen_from(&folder, &path);
            let name = Name {
                shown: seen.to_string_lossy().into_owned(),
                // Diffs name files from the top.
                identity: path,
            };
            let source = Source::Changed(changed);
            (!selection.leaves_out(&seen)).then_some(Input { name, source })
        }
        Err(error) => Some(Input::failed(&name, error)),
    };
    diff.filter_map(input)
}

fn purpose(args: &Args, identities: &Identities) -> anyhow::Result<Purpose> {
    Ok(match &args.baseline {
        None => Purpose::Report,
        Some(path) if args.write_baseline => Purpose::Record(Recording::default(), path.clone()),
        Some(path) => Purpose::Compare {
            baseline: Baseline::read(path)?,
            top: identities.top.clone(),
        },
    })
}

fn threads(args: &Args) -> usize {
    let asked = args.threads.map(|threads| usize::from(threads.get()));
    asked.unwrap_or_else(|| std::thread::available_parallelism().map_or(1, NonZero::get))
}

#[cfg(test)]
mod tests {
    use guardmesh_guard_engine::Engine;

    use super::HELP;

    #[test]
    fn the_help_names_every_guard_in_its_place() {
        let engine = Engine::standard().unwrap();
        let (before, named) = HELP.split_once("By name").unwrap();
        let (_, default) = before.split_once("By default").unwrap();
        let (named, _) = named.split_once("\n\n").unwrap();
        for guard in engine.guards() {
            let place = if guard.runs_by_default() {
                default
            } else {
                named
            };
            let mut words = place.split(|c: char| !c.is_alphanumeric() && c != '_');
            assert!(words.any(|word| word == guard.id()), "{}", guard.id());
        }
    }

    #[test]
    fn no_line_of_the_help_is_broken_where_terminals_are_wide() {
        for line in HELP.lines() {
            assert!(line.chars().count() <= 100, "{line}");
        }
    }
}
