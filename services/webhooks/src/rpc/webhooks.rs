//! `guardmesh.webhooks.v1.WebhooksService`.

use guardmesh_chassis::fault::Fault;
use guardmesh_chassis::id::OrganizationId;
use guardmesh_chassis::page::Page;
use guardmesh_proto::google::api::HttpBody;
use guardmesh_proto::guardmesh::webhooks::v1 as proto;
use guardmesh_proto::guardmesh::webhooks::v1::webhooks_service_server::WebhooksService;
use tonic::metadata::MetadataMap;
use tonic::{Request, Response, Status};

use super::{only, timestamp};
use crate::error::Error;
use crate::handler::{Source, clerk, stripe};
use crate::invoice::{self, Invoice};
use crate::signature::standard::Headers;
use crate::signature::{SignatureError, Verified};
use crate::webhook_event::{self, Receipt, WebhookEvent, WebhookEventId};
use crate::{MAX_BODY, State};

#[tonic::async_trait]
impl WebhooksService for State {
    async fn receive_stripe_event(
        &self,
        request: Request<proto::ReceiveStripeEventRequest>,
    ) -> Result<Response<proto::ReceiveStripeEventResponse>, Status> {
        let (metadata, _, message) = request.into_parts();
        let body = body(message.payload)?;
        if self.stripe.is_empty() {
            return Err(Error::NotConfigured(stripe::SOURCE.name).into());
        }
        let verified = only(&metadata, "stripe-signature")
            .and_then(|header| self.stripe.verify(header, &body, self.clock.now()));
        let receipt = self.receive(&stripe::SOURCE, verified).await?;
        Ok(Response::new(proto::ReceiveStripeEventResponse {
            event_id: receipt.id.to_string(),
            duplicate: receipt.duplicate,
        }))
    }

    async fn receive_clerk_event(
        &self,
        request: Request<proto::ReceiveClerkEventRequest>,
    ) -> Result<Response<proto::ReceiveClerkEventResponse>, Status> {
        let (metadata, _, message) = request.into_parts();
        let body = body(message.payload)?;
        if self.clerk.is_empty() {
            return Err(Error::NotConfigured(clerk::SOURCE.name).into());
        }
        let verified = standard_headers(&metadata)
            .and_then(|headers| self.clerk.verify(headers, &body, self.clock.now()));
        let receipt = self.receive(&clerk::SOURCE, verified).await?;
        Ok(Response::new(proto::ReceiveClerkEventResponse {
            event_id: receipt.id.to_string(),
            duplicate: receipt.duplicate,
        }))
    }

    async fn list_webhook_events(
        &self,
        request: Request<proto::ListWebhookEventsRequest>,
    ) -> Result<Response<proto::ListWebhookEventsResponse>, Status> {
        let request = request.into_inner();
        let page = Page::parse(request.page_size, &request.page_token)?;
        let filter = webhook_event::Filter {
            status: parse_status(request.status)?,
            external_id: Some(request.external_id.as_str()).filter(|id| !id.is_empty()),
        };
        let (events, next_page_token) = webhook_event::list(&self.pool, filter, page).await?;
        Ok(Response::new(proto::ListWebhookEventsResponse {
            webhook_events: events.into_iter().map(render_event).collect(),
            next_page_token,
        }))
    }

    async fn get_webhook_event(
        &self,
        request: Request<proto::GetWebhookEventRequest>,
    ) -> Result<Response<proto::GetWebhookEventResponse>, Status> {
        let id: WebhookEventId = request
            .into_inner()
            .event_id
            .parse()
            .map_err(|_| Fault::invalid("eventId", "must be the id of an event, `evt_…`"))?;
        let event = webhook_event::get(&self.pool, id).await?;
        Ok(Response::new(proto::GetWebhookEventResponse {
            webhook_event: Some(render_event(event)),
        }))
    }

    async fn list_invoices(
        &self,
        request: Request<proto::ListInvoicesRequest>,
    ) -> Result<Response<proto::ListInvoicesResponse>, Status> {
        let request = request.into_inner();
        let page = Page::parse(request.page_size, &request.page_token)?;
        let organization = match request.organization_id.as_str() {
            "" => None,
            id => Some(id.parse::<OrganizationId>().map_err(|_| {
                Fault::invalid(
                    "organizationId",
                    "must be the id of an organisation, `org_…`",
                )
            })?),
        };
        let filter = invoice::Filter {
            organization,
            orphaned: request.orphaned,
        };
        let (invoices, next_page_token) = invoice::list(&self.pool, filter, page).await?;
        Ok(Response::new(proto::ListInvoicesResponse {
            invoices: invoices.into_iter().map(render_invoice).collect(),
            next_page_token,
        }))
    }
}

// === impl State ===

impl State {
    async fn receive(
        &self,
        source: &'static Source,
        verified: Result<Verified<'_>, SignatureError>,
    ) -> Result<Receipt, Error> {
        let verified = verified.map_err(|error| Error::InvalidSignature {
            source_name: source.name,
            error,
        })?;
        let receipt =
            webhook_event::receive(&self.pool, source, &verified, self.clock.now()).await?;
        self.wake.notify_one();
        Ok(receipt)
    }
}

/// The bytes of a payload, if they are not too many.
fn body(payload: Option<HttpBody>) -> Result<Vec<u8>, Error> {
    let body = payload.unwrap_or_default().data;
    if body.len() > MAX_BODY {
        return Err(Error::BodyTooLarge(body.len()));
    }
    Ok(body)
}

/// The three headers under either of their names.
fn standard_headers(metadata: &MetadataMap) -> Result<Headers<'_>, SignatureError> {
    let [id, time, signature] = if metadata.contains_key("svix-signature") {
        ["svix-id", "svix-timestamp", "svix-signature"]
    } else {
        ["webhook-id", "webhook-timestamp", "webhook-signature"]
    };
    Ok(Headers {
        id: only(metadata, id)?,
        timestamp: only(metadata, time)?,
        signature: only(metadata, signature)?,
    })
}

fn parse_status(number: i32) -> Result<Option<webhook_event::Status>, Fault> {
    use proto::WebhookEventStatus::{Dead, Ignored, Pending, Processed, Unspecified};
    use webhook_event::Status;
    let status = proto::WebhookEventStatus::try_from(number)
        .map_err(|_| Fault::invalid("status", "is not one of the known values"))?;
    Ok(match status {
        Unspecified => None,
        Pending => Some(Status::Pending),
        Processed => Some(Status::Processed),
        Ignored => Some(Status::Ignored),
        Dead => Some(Status::Dead),
    })
}

fn render_event(event: WebhookEvent) -> proto::WebhookEvent {
    use proto::{WebhookEventStatus, WebhookSource};
    let source = match event.source.as_str() {
        name if name == stripe::SOURCE.name => WebhookSource::Stripe,
        name if name == clerk::SOURCE.name => WebhookSource::Clerk,
        _ => WebhookSource::Unspecified,
    };
    let status = match event.status {
        webhook_event::Status::Pending => WebhookEventStatus::Pending,
        webhook_event::Status::Processed => WebhookEventStatus::Processed,
        webhook_event::Status::Ignored => WebhookEventStatus::Ignored,
        webhook_event::Status::Dead => WebhookEventStatus::Dead,
    };
    proto::WebhookEvent {
        id: event.id.to_string(),
        source: source.into(),
        external_id: event.external_id,
        r#type: event.kind,
        status: status.into(),
        attempts: event.attempts,
        last_error: event.last_error,
        event_time: Some(timestamp(event.event_time)),
        receive_time: Some(timestamp(event.received_at)),
        process_time: event.processed_at.map(timestamp),
        deliveries: event.deliveries,
    }
}

fn render_invoice(invoice: Invoice) -> proto::Invoice {
    let organization = invoice
        .owner
        .map(|owner| OrganizationId::from(owner.organization_id).to_string());
    proto::Invoice {
        id: invoice.id.to_string(),
        organization_id: organization,
        subscription_id: invoice.subscription_id.map(|id| id.to_string()),
        stripe_invoice_id: invoice.stripe_invoice_id,
        stripe_customer_id: invoice.stripe_customer_id.unwrap_or_default(),
        stripe_subscription_id: invoice.stripe_subscription_id.unwrap_or_default(),
        status: invoice.status,
        currency: invoice.currency,
        amount_due: invoice.amount_due,
        amount_paid: invoice.amount_paid,
        attempt_count: invoice.attempt_count,
        event_time: Some(timestamp(invoice.revision.time)),
        create_time: Some(timestamp(invoice.created_at)),
    }
}
