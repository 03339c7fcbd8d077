//! Trains and measures the model of the guard `prompt_injection`.
//!
//!     train CORPUS DATA WEIGHTS REPORT
//!
//! CORPUS is what `extract.py` wrote, DATA the folder of the project's own texts. It measures with one
//! source left out at a time, sets each channel's thresholds by benign texts of sources that the
//! model had not seen, trains on everything, and writes the weights and the figures. Seeds are
//! fixed, sums are made in one order on one thread: the same input gives the same bytes.

#![expect(clippy::print_stdout, reason = "a tool that reports")]

#[path = "../../src/channel.rs"]
mod channel;
#[path = "../../src/guard/prompt_injection/features.rs"]
mod features;
#[path = "../../src/guard/prompt_injection/grammar.rs"]
mod grammar;
#[path = "../../src/guard/prompt_injection/lexicon.rs"]
mod lexicon;
#[path = "../../src/guard/prompt_injection/marker.rs"]
mod marker;
#[expect(dead_code, reason = "the guard alone reads weights one by one")]
#[path = "../../src/guard/prompt_injection/weights.rs"]
mod weights;
#[expect(dead_code, reason = "the guard alone sums whole numbers")]
#[path = "../../src/guard/prompt_injection/window.rs"]
mod window;

mod corpus;
mod draw;
mod learn;
mod measure;

use std::error::Error;
use std::fs;

use corpus::Text;
use lexicon::Lexicon;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [corpus, data, weights, report] = arguments.as_slice() else {
        return Err("train CORPUS DATA WEIGHTS REPORT".into());
    };
    let lexicon = Lexicon::new();
    let texts = corpus::read(corpus.as_ref(), data.as_ref())?;
    println!("{} texts", texts.len());
    let samples: Vec<learn::Sample> = texts.iter().map(|t| learn::sample(&lexicon, t)).collect();
    let judged = measure::sources_left_out(&texts, &samples);
    let families = measure::families_left_out(&texts, &samples);
    let limits = measure::limits(&judged);
    let everything: Vec<usize> = (0..texts.len()).collect();
    let model = learn::train(&samples, &everything);
    let file = learn::file(&model, &limits);
    let shipped = weights::Weights::parse(&file).ok_or("the weights do not fit their header")?;
    println!("unit {}", shipped.unit);
    fs::write(weights, &file)?;
    fs::write(report, measure::report(&judged, &families, &limits))?;
    Ok(())
}
