//! Calls that do not prove on whose behalf they are made, or may not be made by them.

use chrono::{TimeDelta, Utc};
use guardmesh_chassis::caller::{Caller, CallerKeys, METADATA_KEY};
use guardmesh_chassis::clock::Clock;
use guardmesh_chassis::id::UserId;
use guardmesh_proto::guardmesh::guards::v1::{
    GetGuardRunRequest, ListGuardRunsRequest, ListGuardsRequest,
};
use tonic::metadata::{BinaryMetadataValue, MetadataValue};
use tonic::{Code, Request, Status};

use crate::app::{
    App, CHECK, GET_GUARD_RUN, LIST_GUARD_RUNS, LIST_GUARDS, member, reason, text, user,
};

const OTHER_KEY: &str = "606162636465666768696a6b6c6d6e6f707172737475767778797a7b7c7d7e7f";

/// The caller that a request to the method at this path states, if it states one.
type Proof<'a> = &'a dyn Fn(&str) -> Option<BinaryMetadataValue>;

/// How each method answers a request with the caller that `caller` gives for its path, if any.
async fn all_methods(
    app: &App,
    caller: impl Fn(&str) -> Option<BinaryMetadataValue>,
) -> [(&'static str, Option<Status>); 4] {
    fn with<T>(message: T, caller: Option<BinaryMetadataValue>) -> Request<T> {
        let mut request = Request::new(message);
        if let Some(caller) = caller {
            request.metadata_mut().insert_bin(METADATA_KEY, caller);
        }
        request
    }
    let mut client = app.client();
    let guards = with(ListGuardsRequest {}, caller(LIST_GUARDS));
    let check = with(text("harmless"), caller(CHECK));
    let run = with(GetGuardRunRequest::default(), caller(GET_GUARD_RUN));
    let runs = with(ListGuardRunsRequest::default(), caller(LIST_GUARD_RUNS));
    [
        (LIST_GUARDS, client.list_guards(guards).await.err()),
        (CHECK, client.check(check).await.err()),
        (GET_GUARD_RUN, client.get_guard_run(run).await.err()),
        (LIST_GUARD_RUNS, client.list_guard_runs(runs).await.err()),
    ]
}

#[tokio::test]
async fn no_method_is_open_to_who_does_not_prove_a_caller() {
    let app = App::start().await;
    let (system, past) = (
        Clock::system(),
        Clock::manual(Utc::now() - TimeDelta::minutes(2)),
    );
    let other_keys = CallerKeys::parse(&OTHER_KEY.into()).unwrap();
    let caller = member();
    let proofs: [(&str, Proof<'_>); 5] = [
        ("none", &|_| None),
        ("nonsense", &|_| {
            Some(MetadataValue::from_bytes(b"nonsense"))
        }),
        ("forged", &|path| {
            Some(other_keys.sign(&caller, path, &system))
        }),
        ("expired", &|path| Some(app.keys.sign(&caller, path, &past))),
        ("moved", &|path| {
            Some(app.keys.sign(&caller, &format!("{path}s"), &system))
        }),
    ];
    for (what, proof) in proofs {
        for (method, status) in all_methods(&app, proof).await {
            let status = status.unwrap_or_else(|| panic!("{method} took {what}"));
            assert_eq!(status.code(), Code::Unauthenticated, "{method} {what}");
            assert_eq!(reason(&status), "UNAUTHENTICATED", "{method} {what}");
        }
    }
    let runs = app.list(&caller, 0, "").await.unwrap().guard_runs;
    assert!(runs.is_empty(), "a refused check leaves no run");
}

#[tokio::test]
async fn who_acts_within_no_organisation_may_only_list_the_guards() {
    let app = App::start().await;
    let caller = user(UserId::generate(), None);
    let sign = |path: &str| Some(app.keys.sign(&caller, path, &Clock::system()));
    let [(_, guards), rest @ ..] = all_methods(&app, sign).await;
    assert!(guards.is_none(), "{guards:?}");
    for (method, status) in rest {
        let status = status.unwrap_or_else(|| panic!("{method} needs an organisation"));
        assert_eq!(status.code(), Code::PermissionDenied, "{method}");
        assert_eq!(reason(&status), "NO_ORGANIZATION", "{method}");
    }
}

#[tokio::test]
async fn services_have_no_runs() {
    let app = App::start().await;
    let caller = Caller::Service("webhooks".to_owned());
    let sign = |path: &str| Some(app.keys.sign(&caller, path, &Clock::system()));
    for (method, status) in all_methods(&app, sign).await {
        let status = status.unwrap_or_else(|| panic!("{method} is for users"));
        assert_eq!(status.code(), Code::PermissionDenied, "{method}");
        assert_eq!(reason(&status), "CALLER_NOT_ALLOWED", "{method}");
    }
}
