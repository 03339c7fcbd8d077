//! Runs of a whole organisation: for who holds the permission, and for nobody else.

use guardmesh_chassis::caller::Caller;
use guardmesh_chassis::id::{OrganizationId, UserId};
use guardmesh_proto::guardmesh::guards::v1::{Decision, GuardRun, ListGuardRunsRequest};
use tonic::{Code, Status};

use crate::app::{App, holder, invalid_fields, member_of, reason, text, user};

const READ: &str = "guard_runs:read";

fn everybodys() -> ListGuardRunsRequest {
    ListGuardRunsRequest {
        all_users: true,
        ..ListGuardRunsRequest::default()
    }
}

fn of(user: &str) -> ListGuardRunsRequest {
    ListGuardRunsRequest {
        user_id: user.to_owned(),
        ..ListGuardRunsRequest::default()
    }
}

fn user_id(caller: &Caller) -> String {
    match caller {
        Caller::User(user) => user.user.to_string(),
        Caller::Service(_) => String::new(),
    }
}

async fn checked(app: &App, caller: &Caller, content: &str) -> String {
    app.check(caller, text(content)).await.unwrap().run_id
}

/// The runs and whose they are, newest first, read in pages of two.
async fn listed(
    app: &App,
    caller: &Caller,
    request: &ListGuardRunsRequest,
) -> Vec<(String, String)> {
    let (mut runs, mut page_token) = (Vec::new(), String::new());
    loop {
        let request = ListGuardRunsRequest {
            page_size: 2,
            page_token,
            ..request.clone()
        };
        let page = app.list_by(caller, request).await.unwrap();
        runs.extend(page.guard_runs.into_iter().map(|run| (run.id, run.user_id)));
        page_token = page.next_page_token;
        if page_token.is_empty() {
            return runs;
        }
    }
}

fn refused<T: std::fmt::Debug>(answer: Result<T, Status>) -> (Code, String) {
    let status = answer.unwrap_err();
    (status.code(), reason(&status))
}

/// Runs of two people in one organisation and of a stranger, in turns; the first two's newest first.
struct Scene {
    app: App,
    reader: Caller,
    people: [Caller; 2],
    stranger: Caller,
    runs: Vec<(String, String)>,
    foreign: String,
}

impl Scene {
    async fn new() -> Self {
        let app = App::start().await;
        let organization = OrganizationId::generate();
        let reader = holder(organization, READ);
        let people = [member_of(organization), member_of(organization)];
        let stranger = holder(OrganizationId::generate(), READ);
        let (mut runs, mut foreign) = (Vec::new(), String::new());
        for _ in 0..2 {
            for person in people.iter().chain([&reader]) {
                let id = checked(&app, person, "ada@example.org").await;
                runs.push((id, user_id(person)));
                foreign = checked(&app, &stranger, "harmless").await;
            }
        }
        runs.reverse();
        Self {
            app,
            reader,
            people,
            stranger,
            runs,
            foreign,
        }
    }

    fn of(&self, person: &Caller) -> Vec<(String, String)> {
        let id = user_id(person);
        let runs = self.runs.iter();
        runs.filter(|(_, user)| *user == id).cloned().collect()
    }
}

#[tokio::test]
async fn who_may_sees_everybodys_runs_in_order_and_those_of_one() {
    let scene = Scene::new().await;
    let Scene { app, reader, .. } = &scene;
    assert_eq!(listed(app, reader, &everybodys()).await, scene.runs);
    for person in scene.people.iter().chain([reader]) {
        let request = of(&user_id(person));
        assert_eq!(listed(app, reader, &request).await, scene.of(person));
        // Stated with it, the wider wish changes nothing.
        let both = ListGuardRunsRequest {
            all_users: true,
            ..request
        };
        assert_eq!(listed(app, reader, &both).await, scene.of(person));
    }
    // Not asked for, it is their own, as for everybody.
    let own = listed(app, reader, &ListGuardRunsRequest::default()).await;
    assert_eq!(own, scene.of(reader));
    for (id, user) in &scene.runs {
        let run = app.get(reader, id).await.unwrap();
        assert_eq!((&run.user_id, run.findings.len()), (user, 1));
    }
}

#[tokio::test]
async fn filters_hold_for_everybodys_runs_as_well() {
    let scene = Scene::new().await;
    let blocked = ListGuardRunsRequest {
        decision: Decision::Block.into(),
        ..everybodys()
    };
    assert!(listed(&scene.app, &scene.reader, &blocked).await.is_empty());
    let found = ListGuardRunsRequest {
        guard: "pii".to_owned(),
        decision: Decision::Redact.into(),
        ..everybodys()
    };
    assert_eq!(listed(&scene.app, &scene.reader, &found).await, scene.runs);
    let clean = checked(&scene.app, &scene.people[0], "harmless").await;
    let allowed = ListGuardRunsRequest {
        decision: Decision::Allow.into(),
        ..everybodys()
    };
    let expected = [(clean, user_id(&scene.people[0]))];
    assert_eq!(listed(&scene.app, &scene.reader, &allowed).await, expected);
}

#[tokio::test]
async fn without_the_permission_nothing_of_others_is_seen() {
    let scene = Scene::new().await;
    let (app, [ada, eve]) = (&scene.app, &scene.people);
    let denied = (Code::PermissionDenied, "PERMISSION_REQUIRED".to_owned());
    assert_eq!(refused(app.list_by(ada, everybodys()).await), denied);
    assert_eq!(refused(app.list_by(ada, of(&user_id(eve))).await), denied);
    // Another permission is none.
    let Caller::User(caller) = ada.clone() else {
        panic!("a user");
    };
    let other = Caller::User(guardmesh_chassis::caller::UserCaller {
        permissions: vec![
            "guard_texts:read".to_owned(),
            "guards:deanonymize".to_owned(),
        ],
        ..caller
    });
    assert_eq!(refused(app.list_by(&other, everybodys()).await), denied);
    for (id, user) in &scene.runs {
        let answer = app.get(&other, id).await;
        if *user == user_id(ada) {
            assert_eq!(answer.unwrap().user_id, *user);
        } else {
            assert_eq!(refused(answer).1, "GUARD_RUN_NOT_FOUND");
        }
    }
    // One's own by one's id is no more than the default.
    for request in [of(&user_id(ada)), ListGuardRunsRequest::default()] {
        assert_eq!(listed(app, ada, &request).await, scene.of(ada));
    }
}

#[tokio::test]
async fn the_permission_ends_at_the_organisation() {
    let scene = Scene::new().await;
    let Scene {
        app,
        reader,
        stranger,
        ..
    } = &scene;
    let missing = (Code::NotFound, "GUARD_RUN_NOT_FOUND".to_owned());
    assert_eq!(refused(app.get(reader, &scene.foreign).await), missing);
    for (id, _) in &scene.runs {
        assert_eq!(refused(app.get(stranger, id).await), missing);
    }
    let theirs = listed(app, stranger, &everybodys()).await;
    assert_eq!(theirs.len(), 6);
    assert!(theirs.iter().all(|(_, user)| *user == user_id(stranger)));
    assert!(
        listed(app, reader, &of(&user_id(stranger)))
            .await
            .is_empty()
    );
    // Nor does a page of one organisation go on in another.
    let first = ListGuardRunsRequest {
        page_size: 1,
        ..everybodys()
    };
    let token = app.list_by(reader, first).await.unwrap().next_page_token;
    let next = ListGuardRunsRequest {
        page_token: token,
        ..everybodys()
    };
    let ids = |runs: Vec<GuardRun>| runs.into_iter().map(|run| run.id).collect::<Vec<_>>();
    let page = ids(app.list_by(stranger, next).await.unwrap().guard_runs);
    assert!(
        page.iter()
            .all(|id| theirs.iter().any(|(own, _)| own == id))
    );
    // Who has it without an organisation has it nowhere.
    let nowhere = user(UserId::generate(), None);
    assert_eq!(
        refused(app.list_by(&nowhere, everybodys()).await).1,
        "NO_ORGANIZATION"
    );
}

#[tokio::test]
async fn an_id_that_is_no_users_is_refused() {
    let scene = Scene::new().await;
    for id in ["ada", "usr_", "*", "org_06ej4zv5w8te7wq3m2x9r4c6hc"] {
        let status = scene.app.list_by(&scene.reader, of(id)).await.unwrap_err();
        assert_eq!(invalid_fields(&status), ["userId"], "{id}");
    }
    let nobody = of(&UserId::generate().to_string());
    assert!(listed(&scene.app, &scene.reader, &nobody).await.is_empty());
}
