//! Any order of what a user does, of what providers do to it, of pauses, crashes and restarts: the core and a small
//! reference agree after each step, every invariant holds, and everything comes to its end.
//!
//! `MEANWHILE_MODEL_CASES` says how many sequences (`make test`: 40), `MEANWHILE_MODEL_SEED` which one is the first.

mod app;
mod reference;

use app::App;
use meanwhile_support::environment::number;
use proptest::collection::vec;
use proptest::prelude::{Just, Strategy, any, prop_oneof};
use proptest::test_runner::{Config, RngAlgorithm, TestError, TestRng, TestRunner};
use reference::{Act, Manner};

/// As many as 15 s are enough for on a slow computer.
const CASES: u64 = 40;
/// Things done in one sequence, at most.
const LENGTH: usize = 30;

/// One thing that is done. Numbers choose among what is there by then.
#[derive(Clone, Debug)]
enum Action {
    Send { chat: Option<u8>, in_background: bool, provider: u8, manner: Manner, with_key: bool },
    SendAgain { which: u8, other_words: bool },
    Ask { act: Act, task: u8 },
    Retry { task: u8, in_background: bool },
    MarkSeen { task: u8 },
    Delete { chat: u8 },
    Restore { chat: u8 },
    HealModel { task: u8 },
    MoveClock { seconds: i64 },
    Settle,
    LetTimePass,
    Restart,
    Crash,
}

fn action() -> impl Strategy<Value = Action> {
    use Manner::{Answers, BreaksOff, Holds, IsBusy, LimitsRate, Refuses, WantsKey, WantsMoney};
    let manner = prop_oneof![
        3 => Just(Holds), 2 => Just(Answers), 2 => Just(BreaksOff), 1 => Just(IsBusy), 1 => Just(LimitsRate),
        1 => Just(WantsMoney), 1 => Just(WantsKey), 1 => Just(Refuses)
    ];
    let send = (proptest::option::of(any::<u8>()), any::<bool>(), 0..2_u8, manner, any::<bool>()).prop_map(
        |(chat, in_background, provider, manner, with_key)| Action::Send {
            chat,
            in_background,
            provider,
            manner,
            with_key,
        },
    );
    let act = prop_oneof![
        Just(Act::Stop),
        Just(Act::Pause),
        Just(Act::Pause),
        Just(Act::Resume),
        Just(Act::Resume),
        Just(Act::ToBackground)
    ];
    prop_oneof![
        8 => send,
        1 => (any::<u8>(), any::<bool>()).prop_map(|(which, other_words)| Action::SendAgain { which, other_words }),
        7 => (act, any::<u8>()).prop_map(|(act, task)| Action::Ask { act, task }),
        2 => (any::<u8>(), any::<bool>()).prop_map(|(task, in_background)| Action::Retry { task, in_background }),
        1 => any::<u8>().prop_map(|task| Action::MarkSeen { task }),
        2 => any::<u8>().prop_map(|chat| Action::Delete { chat }),
        2 => any::<u8>().prop_map(|chat| Action::Restore { chat }),
        2 => any::<u8>().prop_map(|task| Action::HealModel { task }),
        3 => prop_oneof![Just(1), Just(40), Just(900), Just(-3_600)].prop_map(|seconds| Action::MoveClock { seconds }),
        5 => Just(Action::Settle),
        2 => Just(Action::LetTimePass),
        1 => Just(Action::Restart),
        1 => Just(Action::Crash),
    ]
}

// F1, F2, F10, F39, F46, F68
#[test]
fn core_and_reference_agree_whatever_is_done_in_whatever_order() {
    let cases = number("MEANWHILE_MODEL_CASES").unwrap_or(CASES);
    let first = number("MEANWHILE_MODEL_SEED").unwrap_or(1);
    for seed in first..first + cases {
        let again = format!("MEANWHILE_MODEL_SEED={seed} MEANWHILE_MODEL_CASES=1 repeats this");
        match sequence(seed) {
            Ok(()) => {}
            Err(TestError::Fail(reason, actions)) => {
                let actions: String = actions.iter().map(|action| format!("\n  {action:?}")).collect();
                panic!("{again}: {reason}{actions}");
            }
            Err(TestError::Abort(reason)) => panic!("{again}: {reason}"),
        }
    }
}

/// One sequence; a failing one is made as short as it can be.
fn sequence(seed: u64) -> Result<(), TestError<Vec<Action>>> {
    let config = Config {
        cases: 1,
        failure_persistence: None,
        max_shrink_iters: 400,
        max_shrink_time: 60_000,
        ..Config::default()
    };
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    let mut runner = TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &bytes));
    runner.run(&vec(action(), 1..LENGTH), |actions| {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        runtime.block_on(async {
            let mut app = App::start().await;
            for action in actions {
                app.take(action).await;
            }
            app.end().await;
        });
        Ok(())
    })
}
