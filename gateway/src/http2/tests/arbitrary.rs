//! Octets nobody meant as HTTP/2, and frames nobody meant as answers.

use proptest::prelude::*;

use super::peer::{frame, settings, streams};

proptest! {
    /// Frames of any kind on a few streams, cut anywhere: taken or refused, and never more held
    /// than was sent.
    #[test]
    fn anything_is_taken_or_refused(
        frames in prop::collection::vec((0..11_u8, any::<u8>(), 0..4_u32, prop::collection::vec(any::<u8>(), 0..40)), 0..20),
        cut in any::<prop::sample::Index>(),
    ) {
        let frames: Vec<_> = frames.iter().map(|(kind, flags, stream, payload)| frame(*kind, *flags, *stream, payload)).collect();
        let octets = [settings(), frames.concat()].concat();
        let mut whole = streams();
        let all = whole.receive(&octets);
        let mut parted = streams();
        let cut = cut.index(octets.len());
        let first = parted.receive(&octets[..cut]);
        let both = first.and_then(|first| Ok(first + parted.receive(&octets[first..])?));
        prop_assert_eq!(all, both);
        prop_assert_eq!(&whole.out, &parted.out);
        if all.is_ok() {
            prop_assert!(whole.out.len() <= 4 * octets.len() + 100);
        }
    }

    #[test]
    fn any_octets_are_taken_or_refused(octets in prop::collection::vec(any::<u8>(), 0..400)) {
        let mut streams = streams();
        let _ = streams.receive(&[settings(), octets].concat());
    }
}
