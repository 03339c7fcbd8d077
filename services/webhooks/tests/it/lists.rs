//! Lists: permissions, filters, pages.

use guardmesh_chassis::caller::Caller;
use guardmesh_chassis::id::OrganizationId;
use guardmesh_proto::guardmesh::webhooks::v1::{
    ListInvoicesRequest, ListWebhookEventsRequest, WebhookEventStatus,
};
use tonic::Code;

use crate::service::{Service, reason, user};
use crate::stripe::{event, invoice};

#[tokio::test]
async fn lists_need_their_permission() {
    let (service, _auth, _database) = Service::alone().await;
    let service_caller = Caller::Service("auth".to_owned());
    for (caller, events, invoices) in [
        (user(&[]), false, false),
        (user(&["webhooks:read"]), true, false),
        (user(&["invoices:read"]), false, true),
        (user(&["webhooks:write", "*"]), false, false),
        (service_caller, false, false),
    ] {
        let answer = service
            .events(&caller, ListWebhookEventsRequest::default())
            .await;
        assert_eq!(answer.is_ok(), events, "{caller:?}");
        let refused = answer.err().map(|status| status.code());
        assert_eq!(refused, (!events).then_some(Code::PermissionDenied));
        let answer = service
            .invoices(&caller, ListInvoicesRequest::default())
            .await;
        assert_eq!(answer.is_ok(), invoices, "{caller:?}");
        let refused = answer.err().map(|status| status.code());
        assert_eq!(refused, (!invoices).then_some(Code::PermissionDenied));
    }
    service.stop().await;
}

#[tokio::test]
async fn events_are_paged_and_filtered() {
    let (service, _auth, _database) = Service::alone().await;
    let mut sent = Vec::new();
    for number in 0..5 {
        let body = format!(r#"{{"id":"evt_{number}","type":"account.updated"}}"#);
        sent.push(service.stripe(&body).await.unwrap().event_id);
    }
    sent.reverse();
    let admin = user(&["webhooks:read"]);
    let mut seen = Vec::new();
    let mut page_token = String::new();
    loop {
        let request = ListWebhookEventsRequest {
            page_size: 2,
            page_token,
            ..ListWebhookEventsRequest::default()
        };
        let page = service.events(&admin, request).await.unwrap();
        assert!((1..=2).contains(&page.webhook_events.len()));
        seen.extend(page.webhook_events.into_iter().map(|event| event.id));
        page_token = page.next_page_token;
        if page_token.is_empty() {
            break;
        }
    }
    assert_eq!(seen, sent);

    for (status, external_id, found) in [
        (WebhookEventStatus::Ignored, "", 5),
        (WebhookEventStatus::Pending, "", 0),
        (WebhookEventStatus::Unspecified, "evt_3", 1),
        (WebhookEventStatus::Ignored, "evt_3", 1),
        (WebhookEventStatus::Dead, "evt_3", 0),
        (WebhookEventStatus::Unspecified, "evt_9", 0),
    ] {
        let request = ListWebhookEventsRequest {
            status: status.into(),
            external_id: external_id.to_owned(),
            ..ListWebhookEventsRequest::default()
        };
        let page = service.events(&admin, request).await.unwrap();
        assert_eq!(page.webhook_events.len(), found, "{status:?} {external_id}");
    }
    service.stop().await;
}

#[tokio::test]
async fn invoices_are_paged() {
    let (service, _auth, _database) = Service::alone().await;
    for number in 0..3 {
        let object = invoice(&format!("in_{number}"), "paid", "cus_1", None);
        let id = format!("evt_{number}");
        service
            .project(&event(&id, "invoice.paid", 10, &object))
            .await;
    }
    let admin = user(&["invoices:read"]);
    for orphaned in [false, true] {
        let mut request = ListInvoicesRequest {
            page_size: 2,
            orphaned,
            ..ListInvoicesRequest::default()
        };
        let first = service.invoices(&admin, request.clone()).await.unwrap();
        let names = |invoices: &[guardmesh_proto::guardmesh::webhooks::v1::Invoice]| {
            let names = invoices.iter().map(|i| i.stripe_invoice_id.clone());
            names.collect::<Vec<_>>()
        };
        assert_eq!(names(&first.invoices), ["in_2", "in_1"]);
        request.page_token = first.next_page_token;
        let second = service.invoices(&admin, request).await.unwrap();
        assert_eq!(names(&second.invoices), ["in_0"]);
        assert_eq!(second.next_page_token, "");
    }
    service.stop().await;
}

#[tokio::test]
async fn bad_requests_name_their_field() {
    let (service, _auth, _database) = Service::alone().await;
    let admin = user(&["webhooks:read", "invoices:read"]);
    let events = ListWebhookEventsRequest::default();
    let invoices = ListInvoicesRequest::default();
    let invalid = (Code::InvalidArgument, "INVALID_FIELD".to_owned());

    let request = ListWebhookEventsRequest {
        status: 77,
        ..events.clone()
    };
    let answer = service.events(&admin, request).await;
    assert_eq!(reason(&answer.unwrap_err()), invalid);
    let request = ListWebhookEventsRequest {
        page_token: "x".to_owned(),
        ..events
    };
    let answer = service.events(&admin, request).await;
    assert_eq!(reason(&answer.unwrap_err()), invalid);
    let request = ListInvoicesRequest {
        page_size: -1,
        ..invoices.clone()
    };
    let answer = service.invoices(&admin, request).await;
    assert_eq!(reason(&answer.unwrap_err()), invalid);
    let request = ListInvoicesRequest {
        organization_id: "acme".to_owned(),
        ..invoices.clone()
    };
    let answer = service.invoices(&admin, request).await;
    assert_eq!(reason(&answer.unwrap_err()), invalid);
    let unknown = OrganizationId::generate().to_string();
    let request = ListInvoicesRequest {
        organization_id: unknown,
        ..invoices
    };
    let answer = service.invoices(&admin, request).await;
    assert_eq!(answer.unwrap().invoices, []);

    let answer = service.event("evt_1").await;
    assert_eq!(reason(&answer.unwrap_err()), invalid);
    let answer = service.event("evt_00000000000000000000000000").await;
    let missing = (Code::NotFound, "EVENT_NOT_FOUND".to_owned());
    assert_eq!(reason(&answer.unwrap_err()), missing);
    service.stop().await;
}
