//! Erasures: whatever fails in between, guards are asked in the end, and nothing is left to ask.

use chrono::{TimeDelta, Utc};
use futures_util::future::join_all;
use guardmesh_auth::State;
use guardmesh_chassis::caller::{Caller, UserCaller};
use guardmesh_chassis::clock::Clock;
use guardmesh_chassis::database::{self, Scope};

use tokio::time::timeout;

use crate::app::{self, App, SEALING_KEY, config};
use crate::guards::{Guards, Place};
use crate::watch::LONG;

/// Longer than a claim is held.
const LEASE_OVER: TimeDelta = TimeDelta::minutes(3);
/// Longer than anything that identified who is gone can be accepted.
const SETTLED: TimeDelta = TimeDelta::minutes(33);

impl App {
    /// One more instance, whose background work is done as it is told.
    fn instance(&self, guards: &Guards) -> State {
        self.instance_at(&guards.address.to_string())
    }

    fn instance_at(&self, guards: &str) -> State {
        let mut config = config(SEALING_KEY);
        config.guards_address = Some(format!("http://{guards}"));
        State::new(&config, self.pool.clone(), self.clock.clone()).unwrap()
    }

    /// Registers somebody who goes again; gives the ids that are to be erased, sorted.
    async fn gone(&self, email: &str) -> Vec<String> {
        let person = self.owner(email).await;
        self.delete_me(&person).await.unwrap();
        ids(&person)
    }

    /// Erasures that are written down.
    async fn erasures(&self) -> i64 {
        let mut transaction = database::begin(&self.pool, Scope::Platform).await.unwrap();
        sqlx::query_scalar("select count(*) from auth.erasures")
            .fetch_one(&mut *transaction)
            .await
            .unwrap()
    }
}

/// The user, and the organisation that goes with them.
fn ids(person: &UserCaller) -> Vec<String> {
    let mut ids = vec![
        person.user.to_string(),
        person.organization.unwrap().to_string(),
    ];
    ids.sort();
    ids
}

#[tokio::test]
async fn a_deletion_reaches_guards_by_itself_and_once_more_when_nothing_can_come_any_more() {
    let clock = Clock::manual(Utc::now());
    let mut guards = Guards::start(&clock);
    let mut config = config(SEALING_KEY);
    config.guards_address = Some(format!("http://{}", guards.address));
    let app = App::start_with(app::database().await.pool, &config, clock).await;
    let gone = app.gone("ada@example.com").await;

    for round in ["at once", "in the end"] {
        let mut asked = vec![guards.next_erased().await, guards.next_erased().await];
        asked.sort();
        assert_eq!(asked, gone, "{round}");
        app.clock.advance(SETTLED);
    }
    let none_left = async {
        while app.erasures().await > 0 {
            tokio::task::yield_now().await;
        }
    };
    timeout(LONG, none_left).await.unwrap();
    assert_eq!(guards.erased(), Vec::<String>::new());
}

#[tokio::test]
async fn what_was_erased_waits_until_nothing_can_come_any_more() {
    let app = App::start().await;
    let mut guards = Guards::start(&app.clock);
    let instance = app.instance(&guards);
    let gone = app.gone("ada@example.com").await;
    assert_eq!(instance.erase_due().await.unwrap(), 2);
    assert_eq!(guards.erased(), gone);

    app.clock.advance(SETTLED - TimeDelta::minutes(2));
    assert_eq!(instance.erase_due().await.unwrap(), 0);
    assert_eq!(app.erasures().await, 2);
    app.clock.advance(TimeDelta::minutes(2));
    assert_eq!(instance.erase_due().await.unwrap(), 2);
    assert_eq!(guards.erased(), gone);
    assert_eq!(app.erasures().await, 0);
}

#[tokio::test]
async fn guards_that_are_down_delay_and_lose_nothing() {
    let app = App::start().await;
    let place = Place::reserve();
    let instance = app.instance_at(&place.address.to_string());
    let gone = app.gone("ada@example.com").await;
    for _ in 0..12 {
        assert_eq!(instance.erase_due().await.unwrap(), 0);
        assert_eq!(app.erasures().await, 2);
        // Longer than the longest delay.
        app.clock.advance(TimeDelta::minutes(7));
    }

    let mut guards = place.open(&app.clock);
    assert_eq!(instance.erase_due().await.unwrap(), 2);
    assert_eq!(guards.erased(), gone);
    assert_eq!(app.erasures().await, 0);
}

#[tokio::test]
async fn an_attempt_that_failed_is_put_off_and_holds_nobody_else_up() {
    let app = App::start().await;
    let mut guards = Guards::start(&app.clock);
    let instance = app.instance(&guards);
    let ada = app.gone("ada@example.com").await;
    let eve = app.gone("eve@example.com").await;
    guards.refuse(&ada[0], true);
    assert_eq!(instance.erase_due().await.unwrap(), 3);
    let mut others = [&ada[1..], &eve].concat();
    others.sort();
    assert_eq!(guards.erased(), others);

    guards.refuse(&ada[0], false);
    assert_eq!(instance.erase_due().await.unwrap(), 0, "not yet");
    app.clock.advance(TimeDelta::seconds(2));
    assert_eq!(instance.erase_due().await.unwrap(), 1);
    assert_eq!(guards.erased(), &ada[..1]);
}

#[tokio::test]
async fn an_instance_that_dies_before_it_wrote_the_answer_down_is_followed_by_another() {
    let app = App::start().await;
    let mut guards = Guards::start(&app.clock);
    let (dying, other) = (app.instance(&guards), app.instance(&guards));
    let ada = app.owner("ada@example.com").await;
    app.delete_organization(&ada, &ada.organization.unwrap().to_string())
        .await
        .unwrap();
    let organization = vec![ada.organization.unwrap().to_string()];

    let (reached, _) = guards.hold_next();
    let attempt = tokio::spawn(async move { dying.erase_due().await });
    reached.notified().await;
    attempt.abort();
    assert!(attempt.await.unwrap_err().is_cancelled());
    assert_eq!(guards.erased(), organization);

    assert_eq!(other.erase_due().await.unwrap(), 0, "the lease holds");
    app.clock.advance(LEASE_OVER);
    assert_eq!(other.erase_due().await.unwrap(), 1);
    assert_eq!(guards.erased(), organization, "twice does no harm");
}

#[tokio::test]
async fn an_answer_that_comes_after_the_lease_changes_nothing() {
    let app = App::start().await;
    let mut guards = Guards::start(&app.clock);
    let (slow, other) = (app.instance(&guards), app.instance(&guards));
    let ada = app.owner("ada@example.com").await;
    let organization = ada.organization.unwrap().to_string();
    app.delete_organization(&ada, &organization).await.unwrap();

    // Asked for the last time, and its answer is late.
    app.clock.advance(SETTLED);
    let (reached, release) = guards.hold_next();
    let attempt = tokio::spawn(async move { slow.erase_due().await });
    reached.notified().await;
    app.clock.advance(LEASE_OVER);
    // The one that follows fails.
    guards.refuse(&organization, true);
    assert_eq!(other.erase_due().await.unwrap(), 0);
    release.notify_one();
    assert_eq!(attempt.await.unwrap().unwrap(), 1);
    assert_eq!(app.erasures().await, 1);

    guards.refuse(&organization, false);
    app.clock.advance(LEASE_OVER);
    assert_eq!(other.erase_due().await.unwrap(), 1);
    assert_eq!(app.erasures().await, 0);
    assert_eq!(guards.erased(), [&*organization, &organization]);
}

#[tokio::test]
async fn instances_at_the_same_time_share_the_work() {
    let app = App::start().await;
    let mut guards = Guards::start(&app.clock);
    let mut expected = Vec::new();
    for number in 0..12 {
        expected.extend(app.gone(&format!("somebody{number}@example.com")).await);
    }
    expected.sort();
    let work = |instance: State| async move { while instance.erase_due().await.unwrap() > 0 {} };
    join_all((0..3).map(|_| work(app.instance(&guards)))).await;
    assert_eq!(guards.erased(), expected, "each of them once");
}

#[tokio::test]
async fn without_an_address_erasures_wait() {
    let app = App::start().await;
    let gone = app.gone("ada@example.com").await;
    assert_eq!(app.state().erase_due().await.unwrap(), 0);
    assert_eq!(app.erasures().await, 2);

    let mut guards = Guards::start(&app.clock);
    assert_eq!(app.instance(&guards).erase_due().await.unwrap(), 2);
    assert_eq!(guards.erased(), gone);
}

#[tokio::test]
async fn a_deletion_that_is_refused_erases_nothing() {
    let app = App::start().await;
    let ada = app.owner("ada@example.com").await;
    app.clock.advance(TimeDelta::minutes(11));
    app.delete_me(&ada).await.unwrap_err();
    assert_eq!(app.erasures().await, 0);
    assert!(app.me(&Caller::User(ada)).await.is_ok());
}
