//! Writes the numbering plans of all countries into the build, from the metadata of `phonenumber`.
//!
//! The crate itself, its caches and locks stay out of the product: only its patterns go in.

use std::error::Error;
use std::fmt::Write as _;
use std::path::Path;
use std::{env, fs};

use phonenumber::Metadata;
use phonenumber::metadata::{DATABASE, Descriptor, Format};

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    let mut countries: Vec<&Metadata> = DATABASE.iter().collect();
    countries.sort_by_key(|country| country.id());
    // Services without a country have the id 001.
    let regions = countries.iter().map(|country| country.id());
    let regions: Vec<&str> = regions.filter(|id| *id != "001").collect();
    let mut source = format!("pub(in crate::guard::pii) static REGIONS: &[&str] = &{regions:?};\n");
    source.push_str("pub(super) static PLANS: &[Plan] = &[\n");
    for country in countries {
        let formats: Vec<(String, String, bool)> = country.formats().iter().map(grouping).collect();
        writeln!(
            source,
            "Plan {{ region: {:?}, code: \"{}\", trunk: {:?}, possible: {:?}, valid: {:?}, formats: &{formats:?} }},",
            country.id(),
            country.country_code(),
            country.national_prefix().unwrap_or_default(),
            pattern(country.descriptors().general()),
            valid(country),
        )?;
    }
    source.push_str("];\n");
    let target = env::var_os("OUT_DIR").ok_or("cargo sets OUT_DIR")?;
    fs::write(Path::new(&target).join("plans.rs"), source)?;
    Ok(())
}

/// Every kind of number that people have.
fn valid(country: &Metadata) -> String {
    let all = country.descriptors();
    let kinds = [
        all.fixed_line(),
        all.mobile(),
        all.toll_free(),
        all.premium_rate(),
        all.shared_cost(),
        all.personal_number(),
        all.voip(),
        all.uan(),
    ];
    let patterns: Vec<String> = kinds.into_iter().flatten().map(pattern).collect();
    patterns.join("|")
}

fn pattern(numbers: &Descriptor) -> String {
    without_blanks(numbers.national_number().as_str())
}

/// How a national number begins, how it is then grouped, with dashes between the groups, and whether
/// the trunk prefix stands before it.
fn grouping(format: &Format) -> (String, String, bool) {
    // Each of the patterns for the beginning is longer than the one before.
    let begins = format.leading_digits().last();
    let begins = begins.map(|begins| without_blanks(begins.as_str()));
    let groups = without_blanks(format.pattern().as_str()).replace(")(", ")-(");
    let trunk = format
        .national_prefix()
        .is_some_and(|rule| rule.contains("$NP"));
    let trunk = trunk && !format.is_national_prefix_optional();
    (begins.unwrap_or_default(), groups, trunk)
}

fn without_blanks(pattern: &str) -> String {
    pattern.split_whitespace().collect()
}
