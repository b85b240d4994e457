//! Progress on the terminal, and Ctrl-C as a wish to stop.

use std::time::Duration;

use base::Problem;
use indicatif::{ProgressBar, ProgressStyle};
use jobs::{Cancel, Progress};

/// Shows a piece of work while it runs; a bar appears after a second, on a terminal only.
pub(crate) struct Follow {
    pub progress: Progress,
    pub cancel: Cancel,
    tasks: Vec<tokio::task::JoinHandle<()>>,
}

/// How often it is looked whether somebody asked to stop.
const LOOK: Duration = Duration::from_millis(50);

impl Follow {
    /// Shows work that cannot be stopped half-way: Ctrl-C ends the program, as ever.
    pub(crate) fn watch(stage: &str) -> Self {
        let (progress, cancel) = (Progress::default(), Cancel::default());
        progress.begin(stage, 0);
        let show = show(progress.clone());
        Self { progress, cancel, tasks: vec![show] }
    }

    /// Shows work that looks at `cancel`, which Ctrl-C sets.
    pub(crate) fn start() -> Self {
        let (progress, cancel) = (Progress::default(), Cancel::default());
        let show = show(progress.clone());
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

    /// Gives work up when somebody asks to stop: for what does not look itself, and may be dropped at any moment.
    pub(crate) async fn unless_stopped<T>(&self, work: impl Future<Output = Result<T, Problem>>) -> Result<T, Problem> {
        let stopped = async {
            loop {
                if let Err(problem) = self.cancel.check() {
                    return problem;
                }
                tokio::time::sleep(LOOK).await;
            }
        };
        tokio::select! {
            done = work => done,
            problem = stopped => Err(problem),
        }
    }
}

impl Drop for Follow {
    fn drop(&mut self) {
        self.tasks.iter().for_each(tokio::task::JoinHandle::abort);
    }
}

fn show(shown: Progress) -> tokio::task::JoinHandle<()> {
    tokio::spawn(async move {
        tokio::time::sleep(Duration::from_secs(1)).await;
        let bar = ProgressBar::new(0);
        loop {
            let (stage, done, total) = shown.get();
            draw(&bar, &stage, done, total);
            tokio::time::sleep(Duration::from_millis(150)).await;
        }
    })
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
