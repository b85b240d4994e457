//! Joins give turns away.
//!
//! DataFusion's operators yield where data comes in. A join of many with many makes billions of rows of one batch, and what is above it
//! takes them in one go: neither a limit of time nor a cancellation is noticed, and the thread serves nobody else. A turn is
//! given away there, too.

use std::sync::Arc;

use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::{Transformed, TransformedResult as _, TreeNode as _};
use datafusion::error::Result;
use datafusion::physical_optimizer::PhysicalOptimizerRule;
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::coop::CooperativeExec;

/// Puts a place that yields above every join.
#[derive(Debug)]
pub(super) struct JoinsGiveTurns;

impl PhysicalOptimizerRule for JoinsGiveTurns {
    fn optimize(&self, plan: Arc<dyn ExecutionPlan>, _: &ConfigOptions) -> Result<Arc<dyn ExecutionPlan>> {
        plan.transform_up(|plan| {
            let join = plan.name().ends_with("JoinExec");
            Ok(if join { Transformed::yes(Arc::new(CooperativeExec::new(plan)) as _) } else { Transformed::no(plan) })
        })
        .data()
    }

    fn name(&self) -> &'static str {
        "joins_give_turns"
    }

    fn schema_check(&self) -> bool {
        true
    }
}
