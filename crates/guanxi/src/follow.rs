//! Progress on the terminal, and Ctrl-C as a wish to stop.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};
use jobs::{Cancel, Progress};

/// Shows a piece of work while it runs; a bar appears after a second, on a terminal only.
pub(crate) struct Follow {
    pub progress: Progress,
    pub cancel: Cancel,
    tasks: Vec<tokio::task::JoinHandle<()>>,
}

impl Follow {
    pub(crate) fn start() -> Self {
        let (progress, cancel) = (Progress::default(), Cancel::default());
        let shown = progress.clone();
        let show = tokio::spawn(async move {
            tokio::time::sleep(Duration::from_secs(1)).await;
            let bar = ProgressBar::new(0);
            loop {
                let (stage, done, total) = shown.get();
                draw(&bar, &stage, done, total);
                tokio::time::sleep(Duration::from_millis(150)).await;
            }
        });
        let asked = cancel.clone();
        let stop = tokio::spawn(async move {
            if tokio::signal::ctrl_c().await.is_ok() {
                crate::output::note(format!(
                    "\n{}",
                    crate::text::t("stopping … (press Ctrl-C again to leave at once)")
                ));
                asked.ask();
                if tokio::signal::ctrl_c().await.is_ok() {
                    std::process::exit(130);
                }
            }
        });
        Self { progress, cancel, tasks: vec![show, stop] }
    }
}

impl Drop for Follow {
    fn drop(&mut self) {
        self.tasks.iter().for_each(tokio::task::JoinHandle::abort);
    }
}

fn draw(bar: &ProgressBar, stage: &str, done: u64, total: u64) {
    // Templates are literals of ours; should one not parse, the default look does as well.
    let style = |template| ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
    if total > 0 {
        bar.set_length(total);
        bar.set_style(style("{spinner} {msg} {wide_bar} {percent}% ({eta} left)"));
    } else {
        bar.set_style(style("{spinner} {msg} … {elapsed}"));
    }
    bar.set_position(done);
    let (english, chinese) = jobs::words::stage(stage);
    bar.set_message(if crate::text::lang() == segment::Lang::Zh { chinese } else { english }.to_owned());
    bar.tick();
}
