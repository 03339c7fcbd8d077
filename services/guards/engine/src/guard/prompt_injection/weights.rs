//! The weights file: a checked header, then one signed byte a feature.
//!
//! | bytes | what |
//! |---|---|
//! | 8 | `GMINJ\0\0\1`: the name and the version of the format |
//! | 4 | bits of the feature hash |
//! | 4 | what a weight of one is worth, `f32` |
//! | 6 × 12 | for each channel, `f32`: its bias, its threshold to flag, its threshold to block |
//! | 2^bits | weights, `i8` |
//!
//! All little endian. The trainer writes it through this file.

use super::channel::Channel;
use super::features::BITS;

pub(crate) const MAGIC: [u8; 8] = *b"GMINJ\0\0\x01";
const HEADER: usize = 8 + 4 + 4 + 6 * 12;

/// Thresholds of a channel, in units of margin, and the bias of what comes by it.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Limits {
    pub(crate) bias: f32,
    pub(crate) flag: f32,
    pub(crate) block: f32,
}

/// A trained model.
pub(crate) struct Weights<'a> {
    /// What a weight of one is worth.
    pub(crate) unit: f32,
    pub(crate) limits: [Limits; 6],
    pub(crate) table: &'a [u8],
}

// === impl Weights ===

impl<'a> Weights<'a> {
    /// `None` unless the file is whole and made for these features.
    pub(crate) fn parse(file: &'a [u8]) -> Option<Self> {
        let (header, table) = file.split_at_checked(HEADER)?;
        let word = |index: usize| -> Option<[u8; 4]> {
            header.get(8 + 4 * index..12 + 4 * index)?.try_into().ok()
        };
        let number =
            |index: usize| Some(f32::from_le_bytes(word(index)?)).filter(|n| n.is_finite());
        let fits = header.starts_with(&MAGIC)
            && u32::from_le_bytes(word(0)?) == BITS
            && table.len() == 1 << BITS;
        if !fits {
            return None;
        }
        let mut limits = [Limits::default(); 6];
        for channel in Channel::ALL {
            let first = 2 + 3 * channel as usize;
            let read = Limits {
                bias: number(first)?,
                flag: number(first + 1)?,
                block: number(first + 2)?,
            };
            if read.flag >= read.block {
                return None;
            }
            limits[channel as usize] = read;
        }
        let unit = number(1).filter(|unit| *unit > 0.0)?;
        Some(Self {
            unit,
            limits,
            table,
        })
    }

    /// The weight of a feature. Buckets have [`BITS`] bits and the table has a place for each.
    pub(crate) fn weight(&self, bucket: u32) -> i64 {
        i64::from(self.table[bucket as usize].cast_signed())
    }
}
