//! A real job by a program of somebody else, which speaks the Agent Client Protocol: forty files, twelve of them edited behind a
//! yes each, the folder's own test run, two kills on the way, and everything put back. By command line and HTTP alone.

use meanwhile_support::binary::{Folder, Serve, built};
use meanwhile_support::harness::FACT_LIMIT;
use meanwhile_support::job::{self, FILES, WRONG};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// A data folder with a program as an agent, a folder to work in, and what the program says that it did.
pub struct Workshop {
    pub folder: Folder,
    pub work: tempfile::TempDir,
    log: tempfile::TempDir,
}

impl Workshop {
    /// With an agent `Other` that behaves like this; `more` are further lines of its file.
    pub fn of(behaviour: &str, more: &str) -> Self {
        let (folder, work) = (Folder::new(), tempfile::tempdir().unwrap());
        let shop = Self { folder, work, log: tempfile::tempdir().unwrap() };
        let program = built("acp_agent");
        shop.agent(&format!("{} {behaviour} {}", program.display(), shop.log().display()), more);
        for name in ["a.txt", "b.txt"] {
            std::fs::write(shop.work.path().join(name), "old\n").unwrap();
        }
        shop
    }

    /// Makes `Other` this program.
    pub fn agent(&self, program: &str, more: &str) {
        let agents = self.folder.path().join("agents");
        std::fs::create_dir_all(&agents).unwrap();
        std::fs::write(agents.join("other.md"), format!("---\nname: Other\nprogram: {program}\n{more}---\n"))
            .unwrap();
    }

    /// Where the program keeps what it did.
    pub fn log(&self) -> PathBuf {
        self.log.path().join("oracle.log")
    }

    /// How often it did something.
    pub fn did(&self, what: &str) -> usize {
        let log = std::fs::read_to_string(self.log()).unwrap_or_default();
        log.lines().filter(|line| line.starts_with(what)).count()
    }

    pub fn file(&self, name: &str) -> String {
        std::fs::read_to_string(self.work.path().join(name)).unwrap()
    }

    /// Gives it work.
    pub async fn ask(&self, prompt: &str) -> String {
        let place = self.work.path().to_str().unwrap();
        let ask = ["ask", "--background", "--agent", "Other", "--folder", place, "--json", prompt];
        self.folder.run(&ask).await.json()["id"].as_str().unwrap().to_owned()
    }

    pub async fn approvals(&self, task: &str) -> Vec<Value> {
        let open = self.folder.run(&["approvals", "--task", task, "--json"]).await.json();
        open["approvals"].as_array().unwrap().clone()
    }

    /// Waits for what it asks, and says yes to all of it.
    pub async fn approve(&self, serve: &Serve, task: &str) -> Vec<Value> {
        serve.client.until(task, |task| task["reason"] == "approval").await;
        let open = self.approvals(task).await;
        for approval in &open {
            self.folder.run(&["approve", &approval["id"].to_string(), "--yes"]).await.ok();
        }
        open
    }

    /// How many times it was allowed to do something.
    pub async fn allowed(&self, task: &str) -> usize {
        let calls = self.folder.run(&["steps", task, "--json"]).await.json();
        let is_allowed = |call: &&Value| call["tool"] == "permission" && call["state"] == "done";
        calls["calls"].as_array().unwrap().iter().filter(is_allowed).count()
    }

    /// Waits until nothing runs any more that knows of the log: the program, what keeps it and what it started.
    pub async fn until_gone(&self) {
        self.until_running(|count| count == 0, "processes are left").await;
    }

    pub async fn until_running(&self, fact: impl Fn(usize) -> bool, words: &str) {
        let log = self.log();
        let wait = async {
            while !fact(running(&log)) {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        let waited = tokio::time::timeout(FACT_LIMIT, wait).await;
        assert!(waited.is_ok(), "{} {words}", running(&log));
    }
}

fn running(mark: &Path) -> usize {
    let mark = mark.to_str().unwrap().as_bytes();
    let lines = std::fs::read_dir("/proc")
        .unwrap()
        .filter_map(|it| std::fs::read(it.ok()?.path().join("cmdline")).ok());
    lines.filter(|line| line.windows(mark.len()).any(|part| part == mark)).count()
}

/// Waits until the program has noted something: nobody else knows that it is at work.
pub async fn until_noted(shop: &Workshop, what: &str, times: usize) {
    let wait = async {
        while shop.did(what) < times {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(FACT_LIMIT, wait).await.unwrap_or_else(|_| panic!("it never noted {what}"));
}

fn contents(folder: &Path) -> BTreeMap<String, String> {
    let names = (0..FILES).map(job::name).chain(["a.txt", "b.txt", "test.sh", "runs.log"].map(str::to_owned));
    names.filter_map(|name| Some((name.clone(), std::fs::read_to_string(folder.join(&name)).ok()?))).collect()
}

#[tokio::test]
async fn a_program_of_somebody_else_does_a_real_job_behind_approvals_through_two_kills_and_all_is_put_back() {
    let shop = Workshop::of("job", "");
    job::prepare(shop.work.path());
    let before = contents(shop.work.path());
    let serve = shop.folder.serve().await;
    let id = shop.ask("Mend the notes").await;

    let asked = shop.approve(&serve, &id).await.remove(0);
    assert_eq!((asked["tool"].as_str(), asked["effect"].as_str()), (Some("start_program"), Some("run")));
    assert!(asked["detail"]["line"].as_str().unwrap().contains("acp_agent job"), "{asked}");
    assert_eq!(asked["detail"]["is_contained"], false);
    for _ in 0..4 {
        let edit = shop.approve(&serve, &id).await.remove(0);
        assert_eq!(
            (edit["effect"].as_str(), edit["detail"]["kind"].as_str()),
            (Some("write"), Some("diff")),
            "{edit}"
        );
        assert!(edit["detail"]["text"].as_str().unwrap().contains("-The hernon waits."), "{edit}");
    }

    // The first kill comes while it waits for a yes, and its question is worth nothing then.
    serve.client.until(&id, |task| task["reason"] == "approval").await;
    assert_eq!(shop.did("edit"), 4);
    serve.crash().await;
    shop.until_gone().await;
    let serve = shop.folder.serve().await;
    shop.approve(&serve, &id).await;
    for mended in 4..WRONG {
        let waits = serve.client.until(&id, |task| task["reason"] == "approval").await;
        assert_eq!(shop.did("edit"), mended, "what was done is not done again");
        assert_eq!(waits["plan"][1]["label"], "Mend the mistakes");
        assert_eq!(
            (waits["plan"][1]["done"].as_u64(), waits["plan"][1]["total"].as_u64()),
            (Some(mended as u64), Some(12))
        );
        shop.approve(&serve, &id).await;
    }

    // The second one comes while it runs the test of the folder.
    let command = shop.approve(&serve, &id).await.remove(0);
    assert_eq!(
        (command["detail"]["line"].as_str(), command["effect"].as_str()),
        (Some("sh test.sh"), Some("run"))
    );
    until_noted(&shop, "run", 1).await;
    serve.crash().await;
    shop.until_gone().await;
    let serve = shop.folder.serve().await;
    assert_eq!(shop.approve(&serve, &id).await.remove(0)["detail"]["line"], "sh test.sh");
    let done = serve.client.until_state(&id, "completed").await;
    assert!(
        done["text"].as_str().unwrap().ends_with("All notes say heron now, and the test passes."),
        "{}",
        done["text"]
    );
    assert_eq!((shop.did("edit"), shop.did("run"), shop.did("start")), (WRONG, 2, 3));
    assert!(shop.did("edit") + shop.did("run") <= shop.allowed(&id).await, "once for each yes");
    shop.until_gone().await;

    let diff = shop.folder.run(&["changes", &id]).await.ok();
    assert_eq!(diff.matches("-The hernon waits.").count(), WRONG);
    let told = serve.client.until(&id, |task| task["delivery"]["state"] == "delivered").await;
    assert_eq!(told["files_changed"], WRONG + 1);
    shop.folder.run(&["put-back", &id]).await.ok();
    assert_eq!(contents(shop.work.path()), before);
    assert_eq!(serve.client.get("/doctor").await.expect(200), json!({ "findings": [] }));
}
