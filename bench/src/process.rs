//! What the system says of processes, from `/proc`.

use std::fs;
use std::time::Duration;

use anyhow::{Context, Result};
use nix::unistd::{SysconfVar, sysconf};

/// The process and its living descendants, itself first.
pub(crate) fn family(own: u32) -> Result<Vec<u32>> {
    let mut processes: Vec<(u32, u32)> = fs::read_dir("/proc")?
        .filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok())
        .filter_map(|pid| Some((pid, parent(pid)?)))
        .collect();
    // A child that was started after its parent mostly has the higher number; process numbers may
    // begin anew, so look until nobody is found.
    processes.sort_unstable();
    let mut family = vec![own];
    loop {
        let before = family.len();
        for (pid, parent) in &processes {
            if family.contains(parent) && !family.contains(pid) {
                family.push(*pid);
            }
        }
        if family.len() == before {
            return Ok(family);
        }
    }
}

/// Processor time that a process and its living descendants have used.
pub(crate) fn family_time(pid: u32) -> Result<Duration> {
    family(pid)?.into_iter().map(time).sum()
}

/// Processor time that a process has used, all threads, in user and system mode (fields 14 and 15
/// of `/proc/<pid>/stat`). The system counts in ticks of 10 ms.
pub(crate) fn time(pid: u32) -> Result<Duration> {
    let text = fs::read_to_string(format!("/proc/{pid}/stat"))?;
    // The name in parentheses may hold anything, parentheses too.
    let (_, fields) = text.rsplit_once(')').context("no name")?;
    let mut fields = fields.split_whitespace().skip(11).map(str::parse);
    let user: u64 = fields.next().context("too few fields")??;
    let system: u64 = fields.next().context("too few fields")??;
    ticks(user + system)
}

/// Processor time that the whole machine has used, by anybody (the first line of `/proc/stat`).
pub(crate) fn machine_time() -> Result<Duration> {
    let text = fs::read_to_string("/proc/stat")?;
    let line = text.lines().next().context("it is empty")?;
    let fields: Vec<u64> = line
        .split_whitespace()
        .skip(1)
        .map(str::parse)
        .collect::<Result<_, _>>()?;
    // user, nice, system, then idle and iowait, then irq and softirq; guests are in user.
    ticks(
        [0, 1, 2, 5, 6]
            .iter()
            .filter_map(|at| fields.get(*at))
            .sum(),
    )
}

/// Resident memory in KiB, shared pages by their share; the plain size where the system does not
/// let us see that.
pub(crate) fn resident_kib(pid: u32) -> Option<u64> {
    field(pid, "smaps_rollup", "Pss:").or_else(|| field(pid, "status", "VmRSS:"))
}

fn parent(pid: u32) -> Option<u32> {
    field(pid, "status", "PPid:").and_then(|pid| u32::try_from(pid).ok())
}

fn field(pid: u32, file: &str, field: &str) -> Option<u64> {
    let text = fs::read_to_string(format!("/proc/{pid}/{file}")).ok()?;
    let line = text.lines().find(|line| line.starts_with(field))?;
    line.split_whitespace().nth(1)?.parse().ok()
}

fn ticks(count: u64) -> Result<Duration> {
    let per_second = sysconf(SysconfVar::CLK_TCK)?.context("no clock tick")?;
    let per_second = u32::try_from(per_second)?;
    Ok(Duration::from_secs(count) / per_second)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_child_is_family_and_its_work_counts() {
        // `exec` of the shell's last command would make it the process itself.
        let script =
            "i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done; echo done; read wait; true";
        let mut child = std::process::Command::new("sh")
            .args(["-c", &format!("sh -c '{script}'; true")])
            .stdin(std::process::Stdio::piped())
            .stdout(std::process::Stdio::piped())
            .spawn()
            .unwrap();
        let mut worked = String::new();
        let output = child.stdout.take().unwrap();
        std::io::BufRead::read_line(&mut std::io::BufReader::new(output), &mut worked).unwrap();

        assert_eq!(family(child.id()).unwrap().len(), 2);
        assert!(family_time(child.id()).unwrap() > Duration::ZERO);
        assert!(machine_time().unwrap() >= family_time(child.id()).unwrap());

        drop(child.stdin.take());
        child.wait().unwrap();
    }
}
