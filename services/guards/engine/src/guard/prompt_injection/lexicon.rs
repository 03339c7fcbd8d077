//! Words that attacks are made of, by what they do, in several languages.
//!
//! A class lets the model carry what it learnt of one word over to the others: `disregard` is as
//! good as `ignore`. Which classes near each other are suspicious is for the weights to say.

use super::features::word_hash;

/// How many classes there are.
pub(crate) const CLASSES: usize = TABLE.len();

/// Words of each class, folded, separated by spaces. Scripts without spaces: two letters each.
const TABLE: [&str; 16] = [
    // 0: to leave aside
    "ignore ignores ignoring ignored disregard disregards disregarding disregarded forget forgets forgetting forgot \
     override overrides overriding overwrite bypass bypasses bypassing skip neglect dismiss discard omit drop cancel \
     abandon overlook supersede supersedes void nullify erase reset break violate disobey ignoriere ignorieren ignorier \
     vergiss vergessen missachte ignora ignorar ignore ignorez ignorer oubliez oublie oublier olvida olvide olvidar omite \
     descarta esquece esqueça esqueca desconsidere dimentica negeer vergeet zignoruj zapomnij игнорируй игнорируйте \
     игнорировать забудь забудьте unut yoksay abaikan lupakan تجاهل انس 忽略 忘记 忘掉 無視 忘れ 무시하고 무시해 무시 잊어",
    // 1: earlier
    "previous previously prior above earlier preceding before former foregoing past initial original old existing \
     vorherigen vorherige bisherigen bisherige obigen obige vorangegangenen anteriores anterior previas previos précédentes \
     précédents precedentes precedente precedenti vorige eerdere poprzednie poprzednich предыдущие предыдущих önceki \
     sebelumnya السابقة 之前 以前 先前 前の 上面 이전 이전의",
    // 2: instructions
    "instruction instructions rule rules directive directives guideline guidelines prompt prompts command commands order \
     orders policy policies constraint constraints restriction restrictions protocol protocols programming training \
     assignment assignments task tasks context anweisungen anweisung regeln befehle vorgaben instrucciones instrucción \
     reglas órdenes instruções instruçoes regras consignes règles istruzioni regole instructies regels instrukcje \
     instrukcji polecenia инструкции инструкций правила команды talimatları talimat talimatlar instruksi petunjuk \
     التعليمات تعليمات 指令 指示 规则 命令 提示 지시 지침 명령 지시사항",
    // 3: all
    "all any every everything anything whatever entire whole complete completely alle alles sämtliche todo todas todos \
     toutes tous tout tutte tutti wszystkie все всё tüm semua جميع 所有 全部 すべ 모든",
    // 4: to show
    "reveal reveals show shows print prints output display displays disclose expose repeat recite echo leak dump tell \
     list share spell summarize paraphrase translate copy write verbatim exact exactly zeige zeig nenne wiederhole verrate \
     muestra muéstrame revela repite mostre mostrar révèle révèlez affiche affichez répète rivela mostra toon herhaal pokaż \
     покажи раскрой повтори göster tampilkan اكشف اعرض 显示 透露 重复 输出 表示 教え 보여줘 알려줘 출력",
    // 5: what is hidden
    "system hidden secret secrets confidential internal password passwords passphrase credentials key keys token tokens \
     codeword initialization preamble developer geheime passwort systemprompt kennwort secreto secreta contraseña senha \
     segredo secrète secret segreto geheim sekret hasło секретный системный пароль şifre gizli rahasia سري النظام 系统 秘密 \
     密码 密碼 内部 シス パス 시스템 비밀 비밀번호",
    // 6: to play
    "pretend pretends pretending act acts acting roleplay role play playing simulate simulating simulation simulator \
     impersonate imagine assume become persona character embody behave emulate hypothetical hypothetically fictional tue \
     spiele stell actúa finge imagina simula faça aja fais agis imagine comporte fingi doe udawaj притворись представь \
     تصرف تظاهر 扮演 假装 假設 演じ 척해",
    // 7: without bounds
    "unrestricted unfiltered uncensored unlimited unbound unbounded unethical amoral immoral illegal harmful limitless \
     jailbreak jailbroken jailbreaking dan freed liberated unshackled unaligned evil restrictionless restricciones limites \
     restrictions einschränkungen uneingeschränkt 无限 不受 制限 제한",
    // 8: without
    "no without not never cannot don won doesn shouldn regardless free lacks none neither nor kein keine ohne nicht sin sem \
     sans non senza zonder bez без geen tanpa بدون 不要 没有 不得",
    // 9: the bounds themselves
    "ethics ethical moral morals morality safety filter filters filtering censorship content openai anthropic google \
     guardrails guardrail safeguards limitation limitations limits boundaries warnings disclaimer disclaimers refuse \
     refuses refusal refusing decline apologize apologies sorry legality consent moderation",
    // 10: the model
    "ai assistant chatbot chatgpt gpt claude gemini llama llm bot model you your yourself du dein dir ihr tú tu você vous \
     tua jij ты вы asisten 你是 你的 您的",
    // 11: now, instead
    "now instead henceforth onwards onward forth mode enabled enable activate activated switch new actual real updated \
     latest true urgent important attention immediately first jetzt stattdessen neue neuen ahora nuevas nueva agora novas \
     maintenant désormais nouvelles nouvelle adesso nuove nu nieuwe teraz nowe теперь новые şimdi sekarang الآن 现在 今か \
     地址 이제 지금",
    // 12: to carry out
    "send forward email transfer post upload exfiltrate submit fetch visit click download execute run delete remove wire pay \
     purchase buy book call invoke curl append include embed insert sende schicke envía enviar envoie invia verzend отправь \
     أرسل 发送 送信 보내",
    // 13: the user and the one who writes
    "user users human owner admin administrator root sudo developer operator creator engineer customer reader recipient \
     attacker hacker benutzer nutzer usuario utilisateur utente gebruiker пользователь المستخدم 用户 管理 ユー 사용자",
    // 14: to answer
    "respond responds response responses reply answer answers say saying begin start starting output comply obey follow \
     following must always antworte antworten sage schreibe responde responda réponds répondez rispondi antwoord отвечай \
     ответь cevap jawab أجب 回答 回复 答え 대답",
    // 15: end of what came before
    "end ended ending stop concluded finished completed done over eof terminated closed beginning separator ende fin fine \
     koniec конец 结束 終了",
];

/// The table, keyed by hash: a word belongs to the first class that names it.
pub(crate) struct Lexicon {
    /// Open addressing; zero is an empty place. The class is one more than its number.
    places: Vec<(u64, usize)>,
}

// === impl Lexicon ===

impl Lexicon {
    pub(crate) fn new() -> Self {
        let words: usize = TABLE.iter().map(|class| class.split(' ').count()).sum();
        let mut lexicon = Self {
            places: vec![(0, 0); (words * 4).next_power_of_two()],
        };
        for (class, words) in TABLE.iter().enumerate() {
            for word in words.split_whitespace() {
                let hash = word_hash(word);
                let place = lexicon.place(hash);
                if lexicon.places[place].1 == 0 {
                    lexicon.places[place] = (hash, class + 1);
                }
            }
        }
        lexicon
    }

    /// The class of the word with this hash.
    pub(super) fn class(&self, hash: u64) -> Option<usize> {
        self.places[self.place(hash)].1.checked_sub(1)
    }

    /// Where this hash is, or would be. Three quarters of the places are empty: it ends.
    fn place(&self, hash: u64) -> usize {
        let mask = self.places.len() - 1;
        let mut place = (hash >> 7) as usize & mask;
        while self.places[place].1 != 0 && self.places[place].0 != hash {
            place = (place + 1) & mask;
        }
        place
    }
}
