//! Compiles the contracts: descriptors with comments and options for the gateway, Rust code for
//! everyone. Refuses a method that does not say who may call it.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::{env, fs};

use prost_reflect::{DescriptorPool, Value};

const POLICY: &str = "guardmesh.common.v1.policy";

fn main() -> Result<(), Box<dyn Error>> {
    let root = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?);
    let out = PathBuf::from(env::var("OUT_DIR")?);
    println!("cargo::rerun-if-changed=guardmesh");
    println!("cargo::rerun-if-changed=google");

    let mut files = Vec::new();
    collect(&root.join("guardmesh"), &mut files)?;
    collect(&root.join("google"), &mut files)?;
    files.sort();

    let mut compiler = protox::Compiler::new([&root])?;
    compiler
        .include_source_info(true)
        .include_imports(true)
        .open_files(&files)?;
    require_policies(&compiler.descriptor_pool())?;

    fs::write(
        out.join("descriptors.bin"),
        compiler.encode_file_descriptor_set(),
    )?;
    tonic_prost_build::configure()
        .include_file("contracts.rs")
        .compile_well_known_types(false)
        // Far larger than the pieces of text that follow.
        .boxed("guardmesh.guards.v1.CheckStreamRequest.message.settings")
        .compile_fds(compiler.file_descriptor_set())?;
    Ok(())
}

fn collect(dir: &Path, files: &mut Vec<PathBuf>) -> Result<(), Box<dyn Error>> {
    for entry in fs::read_dir(dir)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, files)?;
        } else if path.extension().is_some_and(|ext| ext == "proto") {
            files.push(path);
        }
    }
    Ok(())
}

/// Default is deny: a method whose access is not stated, or that needs a permission without
/// naming it, fails the build.
fn require_policies(pool: &DescriptorPool) -> Result<(), Box<dyn Error>> {
    let option = pool
        .get_extension_by_name(POLICY)
        .ok_or("the policy option is not declared")?;
    for method in pool
        .services()
        .flat_map(|service| service.methods().collect::<Vec<_>>())
    {
        let options = method.options();
        let policy = options.get_extension(&option);
        let field = |name| {
            policy
                .as_message()
                .and_then(|policy| policy.get_field_by_name(name))
        };
        let access = field("access")
            .and_then(|value| value.as_enum_number())
            .unwrap_or(0);
        let permission = match field("permission").as_deref() {
            Some(Value::String(permission)) => permission.clone(),
            _ => String::new(),
        };
        let name = method.full_name();
        if access == 0 {
            return Err(format!(
                "{name} does not say who may call it: add `option ({POLICY}) = {{access: …}};`"
            )
            .into());
        }
        if (access == 4) == permission.is_empty() {
            return Err(format!(
                "{name}: `permission` goes with ACCESS_PERMISSION, and with nothing else"
            )
            .into());
        }
    }
    Ok(())
}
