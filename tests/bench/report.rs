//! One table for everything that was measured.

use serde::Serialize;

/// All figures of a run, in the order they were measured.
#[derive(Default, Serialize)]
pub struct Report {
    /// On what was measured, where that is not the machine alone.
    notes: Vec<String>,
    figures: Vec<Figure>,
}

/// One measured thing beside what it is held against.
#[derive(Serialize)]
pub struct Figure {
    /// Its name in the list of targets.
    pub name: &'static str,
    pub what: String,
    pub measured: f64,
    pub unit: &'static str,
    /// What others, or the machine itself, need for the same.
    pub reference: Option<Reference>,
    /// Measured by the reference, or the other way round where more is better for us.
    pub ratio: Option<f64>,
    pub target: String,
    /// `None` for a figure that has no target and is there to explain others.
    pub reached: Option<bool>,
}

#[derive(Serialize)]
pub struct Reference {
    pub name: String,
    pub value: f64,
}

impl Report {
    /// Adds a figure, and says so at once: a run takes minutes.
    pub fn add(&mut self, figure: Figure) {
        eprintln!("  {} {}: {} {}", figure.name, figure.what, short(figure.measured), figure.unit);
        self.figures.push(figure);
    }

    /// Says on what the next figures are measured; printed before all figures.
    pub fn note(&mut self, note: &str) {
        eprintln!("{note}");
        self.notes.push(note.to_owned());
    }

    pub fn print_json(&self) {
        match serde_json::to_string_pretty(self) {
            Ok(text) => println!("{text}"),
            Err(error) => eprintln!("bench: {error}"),
        }
    }

    pub fn print_table(&self) {
        for note in &self.notes {
            println!("{note}");
        }
        let mut rows =
            vec![["", "figure", "here", "beside", "ratio", "target", "reached"].map(str::to_owned)];
        rows.extend(self.figures.iter().map(Figure::cells));
        let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
        let widths: [usize; 7] = std::array::from_fn(width);
        for row in &rows {
            let cells = row.iter().zip(widths).map(|(cell, width)| format!("{cell:<width$}"));
            println!("{}", cells.collect::<Vec<_>>().join("  ").trim_end());
        }
    }
}

impl Figure {
    /// A figure held against a reference; the ratio is how much of the reference it needs.
    pub fn against(
        name: &'static str,
        what: &str,
        measured: f64,
        unit: &'static str,
        beside: (&str, f64),
    ) -> Self {
        let reference = Reference { name: beside.0.to_owned(), value: beside.1 };
        let ratio = Some(measured / reference.value);
        Self { reference: Some(reference), ratio, ..Self::alone(name, what, measured, unit) }
    }

    /// A figure without a reference.
    pub fn alone(name: &'static str, what: &str, measured: f64, unit: &'static str) -> Self {
        let what = what.to_owned();
        Self {
            name,
            what,
            measured,
            unit,
            reference: None,
            ratio: None,
            target: String::new(),
            reached: None,
        }
    }

    /// With its target, and whether it was reached.
    pub fn target(self, target: &str, reached: bool) -> Self {
        Self { target: target.to_owned(), reached: Some(reached), ..self }
    }

    fn cells(&self) -> [String; 7] {
        let reached = match self.reached {
            None => "",
            Some(true) => "yes",
            Some(false) => "no",
        };
        [
            self.name.to_owned(),
            self.what.clone(),
            format!("{} {}", short(self.measured), self.unit),
            self.reference.as_ref().map(|r| format!("{} {}", r.name, short(r.value))).unwrap_or_default(),
            self.ratio.map(short).unwrap_or_default(),
            self.target.clone(),
            reached.to_owned(),
        ]
    }
}

/// Three figures are as many as such a measurement has.
fn short(value: f64) -> String {
    let digits = match value.abs() {
        0.0 => 0,
        size if size >= 100.0 => 0,
        size if size >= 10.0 => 1,
        size if size >= 1.0 => 2,
        _ => 3,
    };
    let digits = if value.fract() == 0.0 { 0 } else { digits };
    format!("{value:.digits$}")
}
