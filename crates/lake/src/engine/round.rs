//! `round` keeps the type it was planned with.
//!
//! DataFusion 55 takes the scale of `round(decimal, places)` from `places` where that is a literal, and from the decimal where it is
//! not. Coercion wraps the literal in a cast, folding takes the cast away again: what the call is compared with has been
//! coerced to a type that the call no longer has, and the query fails. Here the first look decides.

use std::sync::Arc;

use arrow::datatypes::{DataType, FieldRef};
use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::Transformed;
use datafusion::common::{DFSchema, ScalarValue};
use datafusion::error::Result;
use datafusion::logical_expr::expr::ScalarFunction;
use datafusion::logical_expr::expr_rewriter::FunctionRewrite;
use datafusion::logical_expr::sort_properties::{ExprProperties, SortProperties};
use datafusion::logical_expr::{
    ColumnarValue, Expr, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature,
};

/// Runs before coercion: replaces `round` with two arguments by [`Settled`].
#[derive(Debug)]
pub(super) struct SettleRound;

impl FunctionRewrite for SettleRound {
    fn name(&self) -> &'static str {
        "settle_round"
    }

    fn rewrite(&self, expr: Expr, _: &DFSchema, _: &ConfigOptions) -> Result<Transformed<Expr>> {
        match expr {
            Expr::ScalarFunction(ScalarFunction { func, args })
                if func.name() == "round" && args.len() == 2 && !is_settled(&func) =>
            {
                let places = if let Expr::Literal(places, _) = &args[1] { Some(places.clone()) } else { None };
                let func = Arc::new(ScalarUDF::from(Settled { round: func, places }));
                Ok(Transformed::yes(Expr::ScalarFunction(ScalarFunction { func, args })))
            }
            other => Ok(Transformed::no(other)),
        }
    }
}

fn is_settled(func: &ScalarUDF) -> bool {
    let inner: &dyn std::any::Any = func.inner().as_ref();
    inner.is::<Settled>()
}

/// `round` to decimal places that are known (or not) once and for all.
#[derive(Debug, PartialEq, Eq, Hash)]
struct Settled {
    round: Arc<ScalarUDF>,
    places: Option<ScalarValue>,
}

impl ScalarUDFImpl for Settled {
    fn name(&self) -> &str {
        self.round.name()
    }

    fn signature(&self) -> &Signature {
        self.round.signature()
    }

    fn return_type(&self, types: &[DataType]) -> Result<DataType> {
        self.round.return_type(types)
    }

    fn return_field_from_args(&self, args: ReturnFieldArgs) -> Result<FieldRef> {
        let known = [None, self.places.as_ref()];
        self.round.return_field_from_args(ReturnFieldArgs { scalar_arguments: &known, ..args })
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        self.round.invoke_with_args(args)
    }

    fn output_ordering(&self, inputs: &[ExprProperties]) -> Result<SortProperties> {
        self.round.output_ordering(inputs)
    }
}
