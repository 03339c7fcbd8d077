use chrono::TimeDelta;
use guardmesh_chassis::policy::Policies;

use super::*;

const RULES: Rules = Rules {
    most: 1000,
    stale_after: Duration::from_secs(5),
    refuse: Stale::Sensitive,
};

fn now() -> DateTime<Utc> {
    "2026-01-01T00:00:00.500Z".parse().unwrap()
}

fn notice(subject: Subject) -> Notice {
    let since = now().timestamp_millis();
    Notice {
        subject,
        since,
        until: since + 60_000,
    }
}

#[test]
fn what_is_revoked_is_found_and_nothing_else() {
    let revocations = Revocations::new(RULES);
    let (session, key, user) = (
        SessionId::generate(),
        ApiKeyId::generate(),
        UserId::generate(),
    );
    assert!(!revocations.session(session));
    let subjects = [
        Subject::Session(session),
        Subject::ApiKey(key),
        Subject::User(user),
    ];
    revocations.replace(&subjects.map(notice), now()).unwrap();
    assert!(revocations.session(session));
    assert!(revocations.api_key(key));
    assert!(!revocations.session(SessionId::generate()));
    // An id of another kind with the same digits is another id.
    assert!(!revocations.api_key(ApiKeyId::from(session.uuid())));

    // Issued before the revocation, in its second, and after it.
    let second = now().timestamp();
    assert!(revocations.user(user, second - 1));
    assert!(revocations.user(user, second));
    assert!(!revocations.user(user, second + 1));
    assert!(!revocations.user(UserId::generate(), 0));
}

#[test]
fn a_snapshot_takes_the_place_of_all_and_a_delta_adds() {
    let revocations = Revocations::new(RULES);
    let [first, second, third] = [(); 3].map(|()| SessionId::generate());
    let notice = |session| [notice(Subject::Session(session))];
    let known = || [first, second, third].map(|session| revocations.session(session));
    revocations.replace(&notice(first), now()).unwrap();
    revocations.add(&notice(second), now()).unwrap();
    assert_eq!(known(), [true, true, false]);
    revocations.replace(&notice(third), now()).unwrap();
    assert_eq!(known(), [false, false, true]);
    revocations.replace(&[], now()).unwrap();
    assert_eq!(known(), [false, false, false]);
}

#[test]
fn the_later_of_two_revocations_counts() {
    let revocations = Revocations::new(RULES);
    let user = UserId::generate();
    let early = notice(Subject::User(user));
    let late = Notice {
        since: early.since + 10_000,
        until: early.until + 10_000,
        ..early
    };
    revocations.add(&[late, early], now()).unwrap();
    assert!(revocations.user(user, now().timestamp() + 9));
    revocations.forget_expired(now() + TimeDelta::seconds(65));
    assert!(revocations.user(user, 0));
}

#[test]
fn the_set_is_bounded_and_what_expired_makes_room() {
    let revocations = Revocations::new(RULES);
    let many = |count| -> Vec<Notice> {
        (0..count)
            .map(|_| notice(Subject::Session(SessionId::generate())))
            .collect()
    };
    revocations.add(&many(1000), now()).unwrap();
    assert!(revocations.add(&many(1), now()).is_err());
    let length = || revocations.set.load().length.load(Ordering::Acquire);
    assert_eq!(length(), 1000);
    let later = now() + TimeDelta::seconds(60);
    let last = Notice {
        until: i64::MAX,
        ..many(1)[0]
    };
    revocations.add(&[last], later).unwrap();
    assert_eq!(length(), 1);
    // What has expired is not taken in.
    revocations.add(&many(10), later).unwrap();
    assert_eq!(length(), 1);
}

#[test]
fn whoever_asked_before_a_revocation_is_told_apart() {
    let revocations = Revocations::new(RULES);
    let user = UserId::generate();
    let before = revocations.epoch();
    assert!(!revocations.user_since(user, before));
    revocations
        .add(&[notice(Subject::User(user))], now())
        .unwrap();
    assert!(revocations.user_since(user, before));
    assert!(!revocations.user_since(user, revocations.epoch()));
    // A new snapshot says it anew.
    let before = revocations.epoch();
    let again = [notice(Subject::User(user))];
    revocations.replace(&again, now()).unwrap();
    assert!(revocations.user_since(user, before));
}

#[tokio::test(start_paused = true)]
async fn silence_makes_stale_and_a_word_heals() {
    let policies = Policies::from_descriptors(guardmesh_proto::DESCRIPTORS).unwrap();
    let policy = |path| policies.get(path).unwrap();
    let sensitive = policy("/guardmesh.auth.v1.ApiKeyService/CreateApiKey");
    let other = policy("/guardmesh.auth.v1.ApiKeyService/ListApiKeys");
    for (refuse, refused) in [
        (Stale::Sensitive, [true, false]),
        (Stale::All, [true, true]),
        (Stale::None, [false, false]),
    ] {
        let revocations = Revocations::new(Rules { refuse, ..RULES });
        let check = || [sensitive, other].map(|policy| revocations.check_current(policy).is_err());
        assert_eq!(check(), refused, "never heard");
        revocations.hear();
        assert_eq!(check(), [false, false]);
        tokio::time::advance(Duration::from_secs(5)).await;
        assert_eq!(check(), [false, false]);
        tokio::time::advance(Duration::from_millis(1)).await;
        assert_eq!(check(), refused);
        revocations.hear();
        assert_eq!(check(), [false, false]);
    }
}
