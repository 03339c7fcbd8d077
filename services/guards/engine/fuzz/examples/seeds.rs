//! Writes the inputs to begin with into `corpus/<target>/`, where `cargo fuzz` looks for them.

use std::path::Path;

use guardmesh_guard_engine_fuzz::seed;

fn main() -> std::io::Result<()> {
    for target in seed::TARGETS {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("corpus")
            .join(target);
        std::fs::create_dir_all(&folder)?;
        for (number, input) in seed::of(target).iter().enumerate() {
            std::fs::write(folder.join(format!("seed-{number}")), input)?;
        }
    }
    Ok(())
}
