//! Logs on standard error, and traces to an OpenTelemetry collector when one is configured.

use std::io::IsTerminal as _;
use std::time::Duration;

use opentelemetry::trace::TracerProvider as _;
use opentelemetry_http::{Bytes, HttpClient, HttpError, Request, Response};
use opentelemetry_otlp::{SpanExporter, WithExportConfig as _, WithHttpConfig as _};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::{Sampler, SdkTracerProvider};
use tracing_subscriber::filter::{EnvFilter, LevelFilter, Targets};
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{Layer as _, fmt};

use crate::cli::Cli;
use crate::cli::args::Command;
use crate::config::{self, Config};

/// How long the collector may take to answer.
const PATIENCE: Duration = Duration::from_secs(10);
/// The crates whose spans are traces: requests and jobs, not what libraries say of themselves.
const TRACED: [&str; 4] = ["guanxi", "web", "jobs", "insight"];

/// Sends what is left when it is dropped.
pub(crate) struct Telemetry(Option<SdkTracerProvider>);

impl Drop for Telemetry {
    fn drop(&mut self) {
        if let Some(provider) = self.0.take() {
            // The collector may be gone; nobody waits for it.
            let _ = provider.shutdown_with_timeout(Duration::from_secs(3));
        }
    }
}

/// Begins to log, as `GUANXI_LOG` says, and to trace when this is a server and its configuration names a collector.
pub(crate) fn init(cli: &Cli) -> Telemetry {
    let filter = EnvFilter::try_from_env("GUANXI_LOG").unwrap_or_else(|_| "warn".into());
    let logs = fmt::layer().with_ansi(std::io::stderr().is_terminal()).with_writer(std::io::stderr).with_filter(filter);
    // A configuration that cannot be read is told when the command reads it.
    let config = match cli.command {
        Command::Serve(_) => config::find(cli.data.clone()).and_then(|data| Config::load(&data)).ok(),
        _ => None,
    };
    let provider = config.and_then(|config| provider(&config.telemetry));
    let traced = Targets::new().with_targets(TRACED.map(|name| (name, LevelFilter::INFO)));
    let traces = provider
        .as_ref()
        .map(|provider| tracing_opentelemetry::layer().with_tracer(provider.tracer("guanxi")).with_filter(traced));
    tracing_subscriber::registry().with(logs).with(traces).init();
    Telemetry(provider)
}

fn provider(settings: &config::Telemetry) -> Option<SdkTracerProvider> {
    if settings.otlp_endpoint.is_empty() {
        return None;
    }
    let address = format!("{}/v1/traces", settings.otlp_endpoint.trim_end_matches('/'));
    let exporter = SpanExporter::builder().with_http().with_http_client(Collector::new()).with_endpoint(address);
    let exporter = match exporter.build() {
        Ok(exporter) => exporter,
        Err(error) => {
            eprintln!("warning: traces are not sent: telemetry.otlp_endpoint: {error}");
            return None;
        }
    };
    let resource = Resource::builder().with_service_name(settings.service_name.clone()).build();
    let sampler = Sampler::ParentBased(Box::new(Sampler::TraceIdRatioBased(settings.sample_ratio)));
    let provider = SdkTracerProvider::builder().with_batch_exporter(exporter).with_sampler(sampler);
    Some(provider.with_resource(resource).build())
}

/// Posts to the collector. It is called on the exporter's own thread, which may wait.
#[derive(Debug)]
struct Collector(ureq::Agent);

impl Collector {
    fn new() -> Self {
        let config = ureq::Agent::config_builder().timeout_global(Some(PATIENCE)).http_status_as_error(false).build();
        Self(ureq::Agent::new_with_config(config))
    }
}

#[async_trait::async_trait]
impl HttpClient for Collector {
    async fn send_bytes(&self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        let (parts, body) = request.into_parts();
        let answer = self.0.run(Request::from_parts(parts, body.to_vec()))?;
        let (parts, mut body) = answer.into_parts();
        Ok(Response::from_parts(parts, body.read_to_vec()?.into()))
    }
}
