//! The endpoints of a service, and which of them gets the next call.
//!
//! Of two taken at random, the one with fewer calls under way (power of two choices): nearly as
//! even as the least loaded of all, without a look at all, and gateways that do not know of each
//! other do not rush to the same one. A slow endpoint holds its calls longer and so gets fewer.
//! Where places have weights, they are taken by these, and calls under way count in relation to
//! them; places of a higher priority number are for when no other works (RFC 2782).

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use arc_swap::ArcSwap;
use tokio::time::Instant;

use super::endpoint::{Chosen, Endpoint, Place};

/// The endpoints known now.
pub(super) struct Endpoints {
    all: ArcSwap<Vec<Arc<Endpoint>>>,
    /// To each, for each thread.
    connections: usize,
    /// Held while one is ejected, so that two together do not eject too many.
    ejecting: Mutex<()>,
}

// === impl Endpoints ===

impl Endpoints {
    pub(super) fn new(connections: usize) -> Self {
        Self {
            all: ArcSwap::default(),
            connections,
            ejecting: Mutex::default(),
        }
    }

    /// All of them, by priority.
    pub(super) fn all(&self) -> Arc<Vec<Arc<Endpoint>>> {
        self.all.load_full()
    }

    /// Whether calls can be answered.
    pub(super) fn any_healthy(&self) -> bool {
        self.all.load().iter().any(|endpoint| endpoint.is_healthy())
    }

    /// Takes over a new set. An endpoint that stays keeps its connections and its record; the
    /// calls of one that goes are finished on it. One that gets another weight is a new one.
    pub(super) fn replace(&self, places: Vec<Place>) {
        let old = self.all.load();
        let endpoint = |place: Place| {
            let known = old.iter().find(|endpoint| endpoint.place == place);
            known.cloned().unwrap_or_else(|| {
                let endpoint = Endpoint::new(place, self.connections);
                Arc::new(endpoint)
            })
        };
        let all = places.into_iter().map(endpoint).collect();
        self.all.store(Arc::new(all));
    }

    /// Chooses for a call that was tried at some already: a usable one, else any that it was not
    /// tried at, else any. When all look bad the look may be wrong.
    pub(super) fn choose(&self, now: Instant, tried: &[SocketAddr]) -> Option<Chosen> {
        let all = self.all.load();
        let untried = |endpoint: &Endpoint| !tried.contains(&endpoint.place.address);
        of_first(&all, |endpoint| {
            untried(endpoint) && endpoint.is_usable(now)
        })
        .or_else(|| of_first(&all, untried))
        .or_else(|| of_first(&all, |_| true))
        .map(Chosen::new)
    }

    /// Leaves a suspicious endpoint out, unless half are out already or it is the last that
    /// works; gives for how long.
    pub(super) fn eject(&self, suspicious: &Endpoint, now: Instant) -> Option<Duration> {
        let _one_at_a_time = self.ejecting.lock().unwrap_or_else(PoisonError::into_inner);
        let all = self.all.load();
        let ejected = all.iter().filter(|one| one.outlier.is_ejected(now)).count();
        let others = all
            .iter()
            .any(|one| one.place != suspicious.place && one.is_usable(now));
        let may = !suspicious.outlier.is_ejected(now) && 2 * (ejected + 1) <= all.len() && others;
        may.then(|| suspicious.outlier.eject(now))
    }
}

/// One of those that fit, of the first priority that has any.
fn of_first(all: &[Arc<Endpoint>], fits: impl Fn(&Endpoint) -> bool) -> Option<&Arc<Endpoint>> {
    let first = all.iter().find(|one| fits(one))?.place.priority;
    of_two(all, |one| one.place.priority == first && fits(one))
}

/// The less loaded, for its weight, of two that fit.
fn of_two(all: &[Arc<Endpoint>], fits: impl Fn(&Endpoint) -> bool) -> Option<&Arc<Endpoint>> {
    let first = any(all, &fits)?;
    let Some(second) = any(all, |one| fits(one) && one.place != first.place) else {
        return Some(first);
    };
    let load = |of: &Endpoint, beside: &Endpoint| of.load() as u64 * u64::from(beside.place.weight);
    let second_is_lighter = load(second, first) < load(first, second);
    Some(if second_is_lighter { second } else { first })
}

/// One that fits, at random, by weight.
fn any(all: &[Arc<Endpoint>], fits: impl Fn(&Endpoint) -> bool) -> Option<&Arc<Endpoint>> {
    let fitting = || all.iter().filter(|one| fits(one));
    let weight = |one: &Arc<Endpoint>| u64::from(one.place.weight);
    let total: u64 = fitting().map(weight).sum();
    let mut at = if total > 1 { fastrand::u64(..total) } else { 0 };
    let here = |one: &&Arc<Endpoint>| {
        let weight = weight(one);
        let here = at < weight;
        at = at.saturating_sub(weight);
        here
    };
    // What fits may change in between: the first is as good as any.
    fitting().find(here).or_else(|| fitting().next())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places(count: u16) -> Vec<Place> {
        let place = |port: u16| Place {
            address: ([127, 0, 0, 1], port).into(),
            authority: "a.example".parse().unwrap(),
            priority: 0,
            weight: 1,
        };
        (1..=count).map(place).collect()
    }

    fn healthy(count: u16) -> Endpoints {
        healthy_at(places(count))
    }

    fn healthy_at(places: Vec<Place>) -> Endpoints {
        let endpoints = Endpoints::new(2);
        endpoints.replace(places);
        for endpoint in endpoints.all().iter() {
            endpoint.set_healthy(true);
        }
        endpoints
    }

    #[test]
    fn the_less_loaded_is_chosen() {
        let endpoints = healthy(2);
        let now = Instant::now();
        // Both are looked at each time, so that they stay even.
        let chosen: Vec<_> = (0..100)
            .filter_map(|_| endpoints.choose(now, &[]))
            .collect();
        let loads = || {
            endpoints
                .all()
                .iter()
                .map(|one| one.load())
                .collect::<Vec<_>>()
        };
        assert_eq!(loads(), [50, 50]);
        drop(chosen);
        assert_eq!(loads(), [0, 0]);

        let endpoints = healthy(10);
        let chosen: Vec<_> = (0..1000)
            .filter_map(|_| endpoints.choose(now, &[]))
            .collect();
        let most = endpoints.all().iter().map(|one| one.load()).max();
        // By chance alone one would have 120 or more.
        assert!(most < Some(110), "{most:?} of {}", chosen.len());
    }

    #[test]
    fn weights_are_shares() {
        let mut three = places(3);
        for (place, weight) in three.iter_mut().zip([1, 64, 3 * 64]) {
            place.weight = weight;
        }
        let endpoints = healthy_at(three);
        let now = Instant::now();
        let loads = || {
            endpoints
                .all()
                .iter()
                .map(|one| one.load())
                .collect::<Vec<_>>()
        };
        // Calls that stay even out; those that end at once are shared by chance.
        let under_way: Vec<_> = (0..400)
            .filter_map(|_| endpoints.choose(now, &[]))
            .collect();
        let held = loads();
        drop(under_way);
        let mut ended = [0; 3];
        for _ in 0..4000 {
            let chosen = endpoints.choose(now, &[]).unwrap();
            let port = usize::from(chosen.place.address.port());
            ended[port - 1] += 10;
        }
        for (counts, all) in [(held, 400), (ended.to_vec(), 40_000)] {
            let [nearly_none, one, three] = counts[..] else {
                panic!("three endpoints");
            };
            assert_eq!(nearly_none + one + three, all);
            assert!(nearly_none * 20 < all, "{counts:?}");
            assert!((2 * one..4 * one).contains(&three), "{counts:?}");
        }
    }

    #[test]
    fn the_first_priority_that_works_is_used() {
        let mut three = places(3);
        three[1].priority = 1;
        three[2].priority = 2;
        let endpoints = healthy_at(three);
        let all = endpoints.all();
        let now = Instant::now();
        let chosen = || endpoints.choose(now, &[]).unwrap().place.priority;
        assert_eq!([chosen(), chosen(), chosen()], [0; 3]);
        all[0].set_healthy(false);
        assert_eq!([chosen(), chosen(), chosen()], [1; 3]);
        all[1].set_healthy(false);
        assert_eq!(chosen(), 2);
        all[2].set_healthy(false);
        assert_eq!(chosen(), 0, "the look may be wrong");
    }

    #[test]
    fn unhealthy_ejected_and_tried_ones_come_last() {
        let endpoints = healthy(4);
        let all = endpoints.all();
        let now = Instant::now();
        all[0].set_healthy(false);
        assert!(endpoints.eject(&all[1], now).is_some());
        let tried = [all[2].place.address];
        for _ in 0..50 {
            let chosen = endpoints.choose(now, &tried).unwrap();
            assert_eq!(chosen.place, all[3].place);
        }
        let tried = [2, 3].map(|index: usize| all[index].place.address);
        for _ in 0..50 {
            let chosen = endpoints.choose(now, &tried).unwrap();
            assert!(
                [0, 1]
                    .map(|index: usize| &all[index].place)
                    .contains(&&chosen.place)
            );
        }
        let tried: Vec<_> = all.iter().map(|one| one.place.address).collect();
        assert!(endpoints.choose(now, &tried).is_some());
        assert!(Endpoints::new(2).choose(now, &[]).is_none());
    }

    #[test]
    fn at_most_half_are_ejected_and_never_the_last_that_works() {
        let now = Instant::now();
        let endpoints = healthy(4);
        let ejected = |endpoints: &Endpoints| {
            let all = endpoints.all();
            all.iter()
                .filter(|one| endpoints.eject(one, now).is_some())
                .count()
        };
        assert_eq!(ejected(&endpoints), 2);
        assert_eq!(ejected(&healthy(1)), 0);
        assert_eq!(ejected(&healthy(2)), 1);
        let endpoints = healthy(2);
        endpoints.all()[1].set_healthy(false);
        assert!(endpoints.eject(&endpoints.all()[0], now).is_none());
    }

    #[test]
    fn an_endpoint_that_stays_keeps_its_record() {
        let endpoints = healthy(3);
        let before = endpoints.all();
        endpoints.replace(places(4).split_off(1));
        let after = endpoints.all();
        assert_eq!(after.len(), 3);
        assert!(Arc::ptr_eq(&before[1], &after[0]));
        assert!(Arc::ptr_eq(&before[2], &after[1]));
        assert!(!after[2].is_healthy());
    }
}
