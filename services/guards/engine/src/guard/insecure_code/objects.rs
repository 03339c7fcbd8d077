//! Objects read in a format that can name any type, so that reading runs code.

use super::Kind::Deserialization;
use crate::pattern::Edge::{Any, Word};
use crate::pattern::Pattern;

#[rustfmt::skip]
pub(super) const PATTERNS: &[Pattern] = &[
    // Python
    Pattern::code(Deserialization, 0.75, "pickled objects",
        &["pickle.load", "pickle.unpickler(", "dill.load", "dill.unpickler(", "pd.read_pickle(", "pandas.read_pickle(", "jsonpickle.decode(", "jsonpickle.unpickler.", "shelve.open("], Any,
        r"(?:(?:[pP]ickle|dill)\.(?:loads?|Unpickler)|(?:pd|pandas)\.read_pickle|jsonpickle\.(?:decode|unpickler\.(?:decode|Unpickler))|shelve\.open)\(\s*[^)\s]?"),
    Pattern::code(Deserialization, 0.7, "marshalled objects", &["marshal.load", "marshal.restore("], Word,
        r"(?:marshal\.loads?|Marshal\.(?:load|restore))\(\s*[^)\s]"),
    Pattern::code(Deserialization, 0.75, "YAML with any type", &["yaml.load(", "yaml.unsafe_load", "yaml.load_all(", "psych.load(", "psych.unsafe_load("], Word,
        r"(?:(?:yaml|YAML|Psych)\.(?:load|load_all)\(\s*[^)\s]|(?:yaml|YAML|Psych)\.unsafe_load\w*\()")
        .unless(&["SafeLoader", "BaseLoader", "permitted_classes", "FAILSAFE", "JSON_SCHEMA", "safe: true"]),
    Pattern::code(Deserialization, 0.75, "YAML with any type", &["yaml.unsafeloader", "yaml(typ="], Word,
        r#"(?:yaml\.UnsafeLoader\b|YAML\(typ\s*=\s*["']unsafe["'])"#),
    Pattern::code(Deserialization, 0.6, "pickled objects in a model file", &["torch.load(", "joblib.load("], Word,
        r"(?:torch|joblib)\.load\(\s*[^)\s]").unless(&["weights_only=True", "weights_only = True"]),
    Pattern::code(Deserialization, 0.75, "pickled objects in an array", &["np.load(", "numpy.load("], Word,
        r"(?:np|numpy)\.load\([^)\n]*allow_pickle\s*=\s*True"),
    // Java
    Pattern::code(Deserialization, 0.7, "serialised Java objects",
        &["new objectinputstream(", "new xmldecoder(", "xstream.fromxml(", "serializationutils.deserialize(", "readclassandobject(", "new hessianinput(", "new hessian2input("], Word,
        r"(?:new (?:ObjectInputStream|XMLDecoder|Hessian2?Input)|(?i:xstream)\.fromXML|SerializationUtils\.deserialize|readClassAndObject)\(\s*[^)\s]"),
    Pattern::code(Deserialization, 0.75, "type named by the data",
        &["enabledefaulttyping(", "activatedefaulttyping(", "jsontypeinfo.id.class", "setautotypesupport(true", "setregistrationrequired(false"], Word,
        r"(?:enableDefaultTyping|activateDefaultTyping|JsonTypeInfo\.Id\.CLASS|setAutoTypeSupport|setRegistrationRequired)"),
    Pattern::code(Deserialization, 0.7, "YAML with any type", &["new yaml("], Word,
        r"new Yaml\(\s*\)\s*\.load(?:All|As)?\("),
    // C#
    Pattern::code(Deserialization, 0.8, "serialised .NET objects",
        &["new binaryformatter(", "new soapformatter(", "new netdatacontractserializer(", "new losformatter(", "new objectstateformatter(", "new simpletyperesolver(", "typenamehandling.", "typefilterlevel.full", "new binarymessageformatter("], Word,
        r"(?:new (?:BinaryFormatter|SoapFormatter|NetDataContractSerializer|LosFormatter|ObjectStateFormatter|SimpleTypeResolver|BinaryMessageFormatter)\(|TypeNameHandling\.(?:All|Auto|Objects|Arrays)|TypeFilterLevel\.Full)"),
    // PHP and JavaScript
    Pattern::code(Deserialization, 0.75, "serialised PHP or node objects", &["unserialize(", "deepdeserialize("], Word,
        r"(?:unserialize|deepDeserialize)\(\s*[$A-Za-z_]").unless(&["allowed_classes"]),
    // Ruby
    Pattern::code(Deserialization, 0.7, "type named by the data", &["oj.object_load(", "oj.load(", "create_additions"], Word,
        r"(?:Oj\.object_load\(|Oj\.load\([^)\n]*mode:\s*:object|create_additions:\s*true)"),
];
