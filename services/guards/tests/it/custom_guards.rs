//! Guards that an organisation defines itself.

use guardmesh_chassis::caller::{Caller, UserCaller};
use guardmesh_chassis::id::{OrganizationId, UserId};
use guardmesh_proto::guardmesh::guards::v1::custom_guards_service_client::CustomGuardsServiceClient;
use guardmesh_proto::guardmesh::guards::v1::{
    CheckRequest, CheckResponse, CreateCustomGuardRequest, CustomGuard, CustomGuardKind, Decision,
    DeleteCustomGuardRequest, GetCustomGuardRequest, ListCustomGuardsRequest,
    UpdateCustomGuardRequest,
};
use prost_types::{FieldMask, ListValue, Struct, Value, value::Kind};
use tonic::{Code, Status};

use crate::app::{App, holder, invalid_fields, member_of, reason, text};
use crate::vault::anonymized;

pub(crate) const SERVICE: &str = "/guardmesh.guards.v1.CustomGuardsService/";

pub(crate) fn client(app: &App) -> CustomGuardsServiceClient<tonic::transport::Channel> {
    CustomGuardsServiceClient::new(app.channel.clone())
}

impl App {
    pub(crate) async fn create(
        &self,
        caller: &Caller,
        message: CreateCustomGuardRequest,
    ) -> Result<CustomGuard, Status> {
        let path = format!("{SERVICE}CreateCustomGuard");
        let request = self.signed(message, &path, caller);
        let answer = client(self).create_custom_guard(request).await?;
        Ok(answer.into_inner().custom_guard.unwrap())
    }

    pub(crate) async fn custom_guard(
        &self,
        caller: &Caller,
        id: &str,
    ) -> Result<CustomGuard, Status> {
        let path = format!("{SERVICE}GetCustomGuard");
        let message = GetCustomGuardRequest {
            custom_guard_id: id.to_owned(),
        };
        let request = self.signed(message, &path, caller);
        let answer = client(self).get_custom_guard(request).await?;
        Ok(answer.into_inner().custom_guard.unwrap())
    }

    pub(crate) async fn update(
        &self,
        caller: &Caller,
        guard: CustomGuard,
        mask: &[&str],
    ) -> Result<CustomGuard, Status> {
        let path = format!("{SERVICE}UpdateCustomGuard");
        let message = UpdateCustomGuardRequest {
            custom_guard: Some(guard),
            update_mask: Some(FieldMask {
                paths: mask.iter().map(|&path| path.to_owned()).collect(),
            }),
        };
        let request = self.signed(message, &path, caller);
        let answer = client(self).update_custom_guard(request).await?;
        Ok(answer.into_inner().custom_guard.unwrap())
    }

    pub(crate) async fn delete(&self, caller: &Caller, id: &str) -> Result<(), Status> {
        let path = format!("{SERVICE}DeleteCustomGuard");
        let message = DeleteCustomGuardRequest {
            custom_guard_id: id.to_owned(),
        };
        let request = self.signed(message, &path, caller);
        client(self).delete_custom_guard(request).await.map(drop)
    }

    /// The names of all guards, two a page.
    async fn names(&self, caller: &Caller) -> Vec<String> {
        let path = format!("{SERVICE}ListCustomGuards");
        let (mut names, mut page_token) = (Vec::new(), String::new());
        loop {
            let message = ListCustomGuardsRequest {
                page_size: 2,
                page_token,
            };
            let request = self.signed(message, &path, caller);
            let page = client(self).list_custom_guards(request).await.unwrap();
            let page = page.into_inner();
            names.extend(page.custom_guards.into_iter().map(|guard| guard.name));
            page_token = page.next_page_token;
            if page_token.is_empty() {
                return names;
            }
        }
    }

    pub(crate) async fn check_by(
        &self,
        caller: &Caller,
        guards: &[&str],
        content: &str,
    ) -> Result<CheckResponse, Status> {
        let request = CheckRequest {
            guards: guards.iter().map(|&id| id.to_owned()).collect(),
            ..text(content)
        };
        self.check(caller, request).await
    }
}

pub(crate) fn editor(organization: OrganizationId) -> Caller {
    let permissions = ["custom_guards:read", "custom_guards:write"];
    Caller::User(UserCaller {
        user: UserId::generate(),
        organization: Some(organization),
        session: None,
        api_key: None,
        permissions: permissions.map(str::to_owned).to_vec(),
    })
}

/// Defines a guard, where none is.
pub(crate) async fn define(app: &App, organization: OrganizationId) {
    app.create(&editor(organization), words("flowers"))
        .await
        .unwrap();
}

/// Parameters with one list of texts.
pub(crate) fn texts(name: &str, texts: &[&str]) -> Struct {
    let values = texts.iter().map(|&text| Value {
        kind: Some(Kind::StringValue(text.to_owned())),
    });
    let list = Value {
        kind: Some(Kind::ListValue(ListValue {
            values: values.collect(),
        })),
    };
    Struct {
        fields: [(name.to_owned(), list)].into(),
    }
}

fn tickets(name: &str) -> CreateCustomGuardRequest {
    CreateCustomGuardRequest {
        name: name.to_owned(),
        description: "Ids of tickets".to_owned(),
        kind: CustomGuardKind::Regex.into(),
        parameters: Some(texts("patterns", &["TICKET-[0-9]{4,}"])),
        remote: None,
    }
}

pub(crate) fn words(name: &str) -> CreateCustomGuardRequest {
    CreateCustomGuardRequest {
        name: name.to_owned(),
        description: String::new(),
        kind: CustomGuardKind::Keywords.into(),
        parameters: Some(texts("ban", &["tulip"])),
        remote: None,
    }
}

#[tokio::test]
async fn a_guard_of_ones_own_is_used_by_its_name() {
    let app = App::start().await;
    let organization = OrganizationId::generate();
    let (editor, person) = (editor(organization), member_of(organization));
    let made = app.create(&editor, tickets("ticket-ids")).await.unwrap();
    assert!(made.id.starts_with("cgd_"));
    assert_eq!(app.custom_guard(&editor, &made.id).await.unwrap(), made);
    app.create(&editor, words("flowers")).await.unwrap();

    let content = "A tulip for TICKET-12345 of ada@example.org";
    let both = ["custom:flowers", "pii", "custom:ticket-ids"];
    let answer = app.check_by(&person, &both, content).await.unwrap();
    assert_eq!(answer.decision(), Decision::Block);
    let found: Vec<_> = answer
        .findings
        .iter()
        .map(|one| (&*one.guard, &*one.rule_id))
        .collect();
    let expected = [
        ("custom:flowers", "banned_word"),
        ("custom:ticket-ids", "pattern_match"),
        ("pii", "email"),
    ];
    assert_eq!(found, expected);
    let run = app.get(&person, &answer.run_id).await.unwrap();
    assert_eq!(run.findings, answer.findings);

    let one = ["custom:ticket-ids"];
    let answer = app.check_by(&person, &one, content).await.unwrap();
    assert_eq!(
        answer.guard_results.len(),
        1,
        "the default guards do not run beside it"
    );
    let wanted = "A tulip for [REDACTED:pattern_match] of ada@example.org";
    assert_eq!(answer.sanitized_content, wanted);

    let mut request = anonymized("chat", content);
    request.guards = vec!["custom:ticket-ids".to_owned()];
    let parameters = texts("patterns", &["tulip"]);
    request.parameters = [("custom:ticket-ids".to_owned(), parameters)].into();
    let refused = app.check(&person, request.clone()).await.unwrap_err();
    assert_eq!(
        invalid_fields(&refused),
        ["parameters.custom:ticket-ids"],
        "it has those that it is defined with"
    );
    request.parameters.clear();
    request.anonymization.as_mut().unwrap().guards = request.guards.clone();
    let answer = app.check(&person, request).await.unwrap();
    assert!(
        answer.sanitized_content.contains("[PATTERN_MATCH_"),
        "{answer:?}"
    );
}

#[tokio::test]
async fn a_guard_is_changed_and_deleted() {
    let app = App::start().await;
    let organization = OrganizationId::generate();
    let (editor, person) = (editor(organization), member_of(organization));
    let made = app.create(&editor, tickets("ids")).await.unwrap();
    let changed = CustomGuard {
        description: "Ids of cases".to_owned(),
        parameters: Some(texts("patterns", &["CASE-[0-9]+"])),
        ..made.clone()
    };
    let after = app
        .update(&editor, changed.clone(), &["parameters"])
        .await
        .unwrap();
    assert_eq!(after.description, made.description, "not in the mask");
    assert_eq!(after.parameters, changed.parameters);
    let after = app
        .update(&editor, changed.clone(), &["description"])
        .await
        .unwrap();
    assert_eq!(after.description, "Ids of cases");
    // Who names nothing and states nothing changes nothing, as with an empty body.
    let nothing = CustomGuard {
        id: made.id.clone(),
        ..CustomGuard::default()
    };
    let same = app.update(&editor, nothing, &[]).await.unwrap();
    assert_eq!(
        (&same.description, &same.parameters),
        (&after.description, &after.parameters)
    );
    let stated = CustomGuard {
        id: made.id.clone(),
        description: "Ids of all cases".to_owned(),
        ..CustomGuard::default()
    };
    let after = app.update(&editor, stated, &[]).await.unwrap();
    assert_eq!(after.description, "Ids of all cases");
    assert_eq!(after.parameters, same.parameters);
    assert_eq!(app.custom_guard(&editor, &made.id).await.unwrap(), after);
    let decision = async |content| {
        let answer = app.check_by(&person, &["custom:ids"], content).await;
        answer.unwrap().decision()
    };
    assert_eq!(decision("CASE-1").await, Decision::Block);
    assert_eq!(decision("TICKET-12345").await, Decision::Allow);

    let status = app
        .update(&editor, changed.clone(), &["name"])
        .await
        .unwrap_err();
    assert_eq!(invalid_fields(&status), ["name"]);
    let status = app
        .update(&editor, changed.clone(), &["create_time"])
        .await
        .unwrap_err();
    assert_eq!(invalid_fields(&status), ["createTime"]);
    let broken = CustomGuard {
        parameters: Some(texts("patterns", &["("])),
        ..changed
    };
    let status = app
        .update(&editor, broken, &["parameters"])
        .await
        .unwrap_err();
    assert_eq!(invalid_fields(&status), ["parameters.patterns[0]"]);
    assert_eq!(decision("CASE-1").await, Decision::Block);

    app.delete(&editor, &made.id).await.unwrap();
    app.delete(&editor, &made.id).await.unwrap();
    let status = app.custom_guard(&editor, &made.id).await.unwrap_err();
    assert_eq!(reason(&status), "CUSTOM_GUARD_NOT_FOUND");
    let status = app
        .check_by(&person, &["custom:ids"], "x")
        .await
        .unwrap_err();
    assert_eq!(invalid_fields(&status), ["guards[0]"]);
}

#[tokio::test]
async fn what_could_not_run_is_not_stored() {
    let app = App::start().await;
    let editor = editor(OrganizationId::generate());
    let with = |name: &str, parameters| CreateCustomGuardRequest {
        parameters,
        ..tickets(name)
    };
    for (request, field) in [
        (tickets(""), "name"),
        (tickets("Upper"), "name"),
        (tickets("1st"), "name"),
        (tickets("a:b"), "name"),
        (tickets(&"x".repeat(49)), "name"),
        (
            CreateCustomGuardRequest {
                kind: 0,
                ..tickets("a")
            },
            "kind",
        ),
        (
            CreateCustomGuardRequest {
                kind: 77,
                ..tickets("a")
            },
            "kind",
        ),
        (
            CreateCustomGuardRequest {
                description: "x".repeat(501),
                ..tickets("a")
            },
            "description",
        ),
        (
            CreateCustomGuardRequest {
                description: "NUL \0".to_owned(),
                ..tickets("a")
            },
            "description",
        ),
        (
            with("a", Some(texts("patterns", &["x\0"]))),
            "parameters.patterns",
        ),
        (with("a", None), "parameters"),
        (
            with("a", Some(texts("pattern", &["x"]))),
            "parameters.pattern",
        ),
        // It would find nothing, whatever came.
        (with("a", Some(texts("patterns", &[]))), "parameters"),
        (
            with("a", Some(texts("patterns", &["(a"]))),
            "parameters.patterns[0]",
        ),
        // Nothing that takes more than linear time, or much memory.
        (
            with("a", Some(texts("patterns", &["x", r"(a)\1"]))),
            "parameters.patterns[1]",
        ),
        (
            with("a", Some(texts("patterns", &["(a{1000}){1000}"]))),
            "parameters.patterns[0]",
        ),
    ] {
        let status = app.create(&editor, request.clone()).await.unwrap_err();
        assert_eq!(status.code(), Code::InvalidArgument, "{request:?}");
        assert_eq!(invalid_fields(&status), [field], "{request:?}");
    }
    assert!(app.names(&editor).await.is_empty());
}

#[tokio::test]
async fn guards_belong_to_their_organization() {
    let app = App::start().await;
    let [ours, theirs] = [OrganizationId::generate(), OrganizationId::generate()];
    let (ada, eve) = (editor(ours), editor(theirs));
    let made = app.create(&ada, tickets("ids")).await.unwrap();
    app.create(&eve, words("ids")).await.unwrap();
    let status = app.create(&ada, words("ids")).await.unwrap_err();
    assert_eq!(reason(&status), "CUSTOM_GUARD_NAME_TAKEN");
    for name in ["b", "c", "d", "e"] {
        app.create(&ada, tickets(name)).await.unwrap();
    }
    assert_eq!(app.names(&ada).await, ["e", "d", "c", "b", "ids"]);
    assert_eq!(app.names(&eve).await, ["ids"]);

    let status = app.custom_guard(&eve, &made.id).await.unwrap_err();
    assert_eq!(reason(&status), "CUSTOM_GUARD_NOT_FOUND");
    let status = app.update(&eve, made.clone(), &[]).await.unwrap_err();
    assert_eq!(reason(&status), "CUSTOM_GUARD_NOT_FOUND");
    app.delete(&eve, &made.id).await.unwrap();
    assert_eq!(app.custom_guard(&ada, &made.id).await.unwrap(), made);
    let person = member_of(theirs);
    let answer = app
        .check_by(&person, &["custom:ids"], "TICKET-12345 tulip")
        .await
        .unwrap();
    assert_eq!(
        answer.sanitized_content,
        "TICKET-12345 [REDACTED:banned_word]"
    );
    let status = app.check_by(&person, &["custom:b"], "x").await.unwrap_err();
    assert_eq!(invalid_fields(&status), ["guards[0]"]);

    let reader = holder(ours, "custom_guards:read");
    assert_eq!(app.names(&reader).await.len(), 5);
    for status in [
        app.create(&reader, tickets("z")).await.unwrap_err(),
        app.update(&reader, made.clone(), &[]).await.unwrap_err(),
        app.delete(&reader, &made.id).await.unwrap_err(),
        app.custom_guard(&member_of(ours), &made.id)
            .await
            .unwrap_err(),
    ] {
        assert_eq!(reason(&status), "PERMISSION_REQUIRED");
    }
}

#[tokio::test]
async fn an_organization_has_a_hundred_guards_at_most() {
    let app = App::start().await;
    let editor = editor(OrganizationId::generate());
    for index in 0..98 {
        app.create(&editor, words(&format!("guard-{index}")))
            .await
            .unwrap();
    }
    // At the same time: two find room.
    let requests = (0..6).map(|index| app.create(&editor, words(&format!("late-{index}"))));
    let results = futures_util::future::join_all(requests).await;
    assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 2);
    for status in results.into_iter().filter_map(Result::err) {
        assert_eq!(reason(&status), "TOO_MANY_CUSTOM_GUARDS");
    }
}
