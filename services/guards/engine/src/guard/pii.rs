//! Personal data: addresses, numbers and accounts that point to a person.
//!
//! Each kind is found by hand-written code in a file of its own, around the character that gives
//! it away (`@`, a digit, a colon), and is checked: Luhn, mod 97, the checksum of each state, the
//! numbering plan of each country. What has no strong check is found only beside a word that names
//! it. Names of people need a model and are not here.

mod address;
mod birth;
mod boundary;
mod card;
mod check;
mod document;
mod email;
mod iban;
mod ip;
mod lexicon;
mod mac;
mod national;
mod numbers;
mod passport;
mod phone;
mod rule;
mod ssn;
mod wallet;

use std::sync::Arc;

use crate::BuildError;
use crate::exempt::{self, Exempt};
use crate::guard::{Cost, Detect, Extent, Sight, Spec};
use crate::pace::Pace;
use crate::parameter::{Parameter, Shape, Values};
use crate::scan::Hit;
use national::Forms;
use phone::Plans;
use rule::Kind;

/// Id of the guard.
pub(crate) const ID: &str = "pii";
/// Category of ways to reach a person.
const CONTACT: &str = "contact";
/// Category of accounts and payments.
const FINANCIAL: &str = "financial";
/// Category of numbers by which a state knows a person.
const GOVERNMENT_ID: &str = "government_id";
/// Category of addresses of hosts and devices.
const NETWORK: &str = "network";

/// About what the numbering plans of some countries take in memory, and each of them more, in bytes.
const PLANS: usize = 512 * 1024;
const PLAN: usize = 16 * 1024;

struct Pii {
    forms: Arc<Forms>,
    plans: Arc<Plans>,
    /// Of the plans.
    regions: Vec<String>,
    exempt: Exempt,
}

/// The guard.
pub(crate) const SPEC: Spec = Spec {
    id: ID,
    name: "Personal data",
    description: "E-mail, telephone and postal addresses, payment cards, bank accounts, wallets, \
                  national and passport numbers, dates of birth, IP and MAC addresses.",
    categories: &[CONTACT, FINANCIAL, GOVERNMENT_ID, NETWORK, "personal"],
    rules: rule::all,
    cost: Cost::Cheap,
    by_default: true,
    sight: Sight::Decoded,
    extent: Extent::Local,
    parameters: &[
        Parameter {
            name: "regions",
            description: "Countries (ISO 3166-1) whose national telephone numbers are looked for. \
                          International numbers are found of all countries.",
            shape: Shape::Choices {
                of: phone::REGIONS,
                default: phone::DEFAULT_REGIONS,
            },
        },
        exempt::IGNORE,
        exempt::ALLOW,
    ],
    build: |values| {
        Ok(Arc::new(Pii {
            forms: Arc::new(Forms::all(rule::FIRST_NATIONAL)),
            plans: Arc::new(Plans::of(&values.texts("regions"))?),
            regions: regions(values),
            exempt: Exempt::of(values, &rule::all())?,
        }))
    },
};

fn regions(values: &Values<'_>) -> Vec<String> {
    values
        .texts("regions")
        .into_iter()
        .map(str::to_owned)
        .collect()
}

// === impl Pii ===

impl Pii {
    fn sharing(&self, values: &Values<'_>) -> Result<Self, BuildError> {
        let regions = regions(values);
        Ok(Self {
            forms: self.forms.clone(),
            plans: if regions == self.regions {
                self.plans.clone()
            } else {
                Arc::new(Plans::of(&values.texts("regions"))?)
            },
            regions,
            exempt: Exempt::of(values, &rule::all())?,
        })
    }
}

impl Detect for Pii {
    fn detect(&self, text: &str, pace: &Pace<'_>, hits: &mut Vec<Hit>) {
        email::find(text, pace, hits);
        iban::find(text, pace, hits);
        ip::find_v6(text, pace, hits);
        mac::find(text, pace, hits);
        passport::find(text, pace, hits);
        numbers::find(text, self, pace, hits);
        self.exempt.filter(text, pace, hits);
    }

    fn with(&self, values: &Values<'_>) -> Option<Result<Arc<dyn Detect>, BuildError>> {
        Some(
            self.sharing(values)
                .map(|pii| Arc::new(pii) as Arc<dyn Detect>),
        )
    }

    fn weight(&self) -> usize {
        if self.regions == phone::DEFAULT_REGIONS {
            return 0;
        }
        PLANS + self.regions.len() * PLAN
    }
}
