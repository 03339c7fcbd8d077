//! The embedded cluster on real server binaries: it starts, keeps its data, and lets one process
//! in at a time.

#![expect(clippy::unwrap_used, reason = "tests")]

use guardmesh_chassis::postgres::{Cluster, ClusterError, ClusterOptions, Durability};
use sqlx::postgres::PgConnectOptions;
use sqlx::{ConnectOptions, Executor};

async fn execute(cluster: &Cluster, sql: &'static str) -> u64 {
    let options: PgConnectOptions = cluster.url("postgres").parse().unwrap();
    let mut connection = options.connect().await.unwrap();
    connection.execute(sql).await.unwrap().rows_affected()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cluster_keeps_its_data_and_is_used_by_one_process() {
    let directory = tempfile::tempdir().unwrap();
    let options = ClusterOptions {
        root: directory.path().join("cluster"),
        durability: Durability::Ephemeral,
    };
    // A temporary directory is closed to others; a checkout is not.
    let open = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    std::fs::set_permissions(directory.path(), open).unwrap();

    let cluster = Cluster::start(&options).await.unwrap();
    execute(&cluster, "create table kept as select 1 as one").await;
    let second = Cluster::start(&options).await.unwrap_err();
    assert!(matches!(second, ClusterError::InUse(_)), "{second}");
    cluster.stop().await;

    let cluster = Cluster::start(&options).await.unwrap();
    assert_eq!(execute(&cluster, "select one from kept").await, 1);
    cluster.stop().await;
}
