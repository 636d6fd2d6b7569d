use clap::ValueEnum;

#[derive(clap::Args)]
pub(crate) struct UsageOf {
    /// Look back so many days, today included.
    #[arg(long, value_name = "N", default_value_t = 30, conflicts_with = "all", value_parser = clap::value_parser!(u32).range(1..=3_660))]
    pub(crate) days: u32,
    /// Look back to the first day.
    #[arg(long)]
    pub(crate) all: bool,
    /// What has a line of its own.
    #[arg(long, default_value = "day")]
    pub(crate) by: By,
    /// Print the JSON of the API, which has all of them.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum By {
    /// Each day on which anything was used.
    Day,
    /// Each model.
    Model,
    /// Each conversation; deleted ones are one line.
    Conversation,
}

#[derive(clap::Args)]
pub(crate) struct Limit {
    /// Ask me before a day costs more, in US dollars; models without a known price are not counted.
    #[arg(long, value_name = "USD", conflicts_with = "off")]
    pub(crate) usd: Option<f64>,
    /// Ask me before more tokens are written in a day.
    #[arg(long, value_name = "N", conflicts_with = "off")]
    pub(crate) tokens: Option<u64>,
    /// Limit nothing.
    #[arg(long, conflicts_with = "more_today")]
    pub(crate) off: bool,
    /// Allow as much again for today; what waits for it goes on.
    #[arg(long, conflicts_with_all = ["usd", "tokens"])]
    pub(crate) more_today: bool,
    /// Print JSON.
    #[arg(long)]
    pub(crate) json: bool,
}
