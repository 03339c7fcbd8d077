//! Words that attacks are made of, by what they do, in several languages.
//!
//! A class lets the model carry what it learnt of one word over to the others, and to other
//! languages: `disregard` is as good as `ignore`. Which classes near each other are suspicious is
//! for the weights and for the rules of [`super::grammar`] to say.

use super::features::{stem_hash, word_hash};

/// What a word may do. The narrow classes come first: they name a word that is in several.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Class {
    /// To leave orders aside.
    Forsake,
    /// Orders to a model.
    Orders,
    /// A machine that is spoken to.
    Machine,
    /// To take a role.
    Become,
    /// Without bounds.
    Unbound,
    /// To show what is hidden.
    Show,
    /// What is hidden from users.
    Hidden,
    /// What came before.
    Earlier,
    /// Of the one spoken to.
    Yours,
    /// To carry out.
    Act,
    /// To keep quiet.
    Quiet,
    /// The bounds themselves.
    Bounds,
    /// Without, never.
    Without,
    /// To refuse.
    Refuse,
    /// A note to somebody.
    Note,
    /// All.
    Every,
    /// Now, instead.
    Instead,
    /// To answer.
    Answer,
    /// Who gives orders.
    Owner,
    /// End of what came before.
    End,
    /// Duty.
    Must,
    /// To leave something aside, more widely.
    Leave,
    /// Speech about attacks and about words, in place of the attack.
    Mention,
    /// Whom the model serves.
    User,
    /// What a model does with data.
    Process,
    /// What is worth taking.
    Asset,
    /// Where it may be taken.
    Target,
    /// A judgement that somebody may wish for.
    Favour,
    /// A piece of code or text that is to be put somewhere.
    Snippet,
}

/// How many classes there are.
pub(crate) const CLASSES: usize = TABLE.len();

/// Words of each class, folded, separated by spaces; a star ends the beginning of a word. Scripts
/// without spaces: two letters each.
const TABLE: [(Class, &str); 29] = [
    (
        Class::Forsake,
        "ignore ignoring disregard disregarding forget forgetting overrule override overriding neglect \
         abandon scrap discard unlearn disobey ignorier* vergiss vergesst missachte* verwirf übergehe ignora ignorar \
         ignoren ignorez oublie oubliez oublier écarte olvida olvide olvidate olvídate olviden descarta esquece* esqueça* \
         desconsidere dimentica* trascura negeer* vergeet zignoruj* zapomnij pomiń игнориру* забудь* отбрось пропусти \
         ігноруй* glöm glem ignorera ignorer zapomeň ignoruj ignoră uită αγνόησε ξέχασε unut unutun yoksay abaikan lupakan \
         تجاهل انس تجاهلي התעלם שכח अनदेखा भूल quên phớt 忽略 忘记 忘掉 无视 無視 忘れ 抛弃 理会 무시* 잊고 잊어* 잊으* ละเว้ ลืมค \
         nullif* repudiat* elvet* hagyd sivuuta unohda ignoruj* opomeň пренебреги* проігноруй* игнорь",
    ),
    (
        Class::Orders,
        "instruction instructions directive directives guideline guidelines rule rules prompt prompts order orders command \
         commands systemprompt programming preprompt guidance directions constraints restrictions anweisung* regel regeln befehl* vorgabe* richtlinie* \
         instruccion* instrucción reglas órdenes indicaciones instruç* instruc* regra regras consigne* règle* istruzion* \
         regole regola ordini instructies regels instrukcj* polecen* zasady инструкц* правил* указан* команд* промпт* \
         інструкц* pokyny pokynů instrucțiun* reguli* instruktioner regler οδηγίες κανόνες talimat* kurallar* komutlar* \
         instruksi petunjuk aturan perintah التعليمات تعليمات* القواعد الأوامر הוראות ההוראות निर्देश* नियम* प्रॉम्प्ट dẫn lệnh \
         指令 指示 规则 規則 命令 提示 设定 プロ ルー 지시* 명령* 규칙* 지침* 프롬프트* คำสั กฎท \
         systemanweisung* vorschrift* leitplank* ordre* mandat* 方针 要求 条件 ガイ 지시* 정책* 안내*",
    ),
    (
        Class::Machine,
        "ai ais assistant assistants chatbot* llm llms copilot* gpt chatgpt claude gemini llama bot bots agent agents \
         summariser* summarizer* crawler* ki ia sprachmodell* asistente* assistente* assistent* intelligence нейросет* \
         ассистент* бот ии yapay asisten trợ المساعد الاصطناعي आर्टिफिशियल 助手 人工 智能 モデ アシ 어시스턴트* 인공지능* 챗봇*",
    ),
    (
        Class::Become,
        "pretend pretends pretending roleplay* simulate simulating impersonat* imagine become becomes embody emulate act acts \
         acting play playing behave role persona character assume spiele* stell tue verhalte actúa actua finge fingi \
         imagina interpreta haz faça aja fais agis imagine incarner joue comporte* doe gedraag udawaj притвор* представь* \
         веди сыграй تصرف تظاهر rol davran rollenspiel hãy đóng 扮演 假装 假設 演じ 装っ 척해* 연기*",
    ),
    (
        Class::Unbound,
        "unrestricted unfiltered uncensored unlimited unbound* unethical amoral immoral limitless jailbr* dan freed \
         liberated unshackled unaligned unchained evil restrictionless lawless unmoderated anything limitation-free \
         ungefiltert* unzensiert* uneingeschränkt* grenzenlos* schrankenlos* libre sinlímites illimité* libero senzalimiti \
         ongefilterd ongecensureerd sınırsız* kuralsız* sansürsüz tanpabatas nieograniczon* неограничен* нецензур* \
         свободн* 无限 任意 自由 無制 무제한* 자유로* \
         제한없* 마음대로 何で 越狱 백도어*",
    ),
    (
        Class::Show,
        "reveal* show shows print prints output display disclose expose repeat recite echo leak dump tell list share spell \
         paste quote verbatim reproduce hand copy return give send zeige zeig nenne wiederhol* verrate* zitiere gib drucke \
         muestra* muéstra* revela* repite imprime dime copia mostre mostrar révèl* affich* répèt* recopie* montre donne \
         rivela ripeti mostra elenca toon herhaal geef pokaż wypisz podaj покажи* раскро* повтори* выведи* назови* процитир* \
         visa sig ukaž arată δείξε göster* söyle tampilkan sebutkan اكشف اعرض أخبرني הצג दिखाओ दिखा बताओ xem \
         显示 透露 重复 输出 打印 泄露 告诉 复述 表示 教え 出力 보여* 알려* 출력* 말해* แสดง บอกร \
         공개* 누설* 복사* 표시* 읽어* 찾아* 말해* 적어* 나열* 넘겨* 公开 给出 说出 列出 发给 見せ 公開 выдай* распечат* скопируй* nenn zeigen zeigt",
    ),
    (
        Class::Hidden,
        "system hidden secret secrets confidential internal password* passphrase credential* codeword initialization \
         initialisation preamble developer initial original config configuration context preset setup geheim* passwort \
         systemprompt* kennwort intern* secreto secreta contraseña ocult* senha secreta segredo secrète* caché* cachée* \
         segreto segreta parola nascost* wachtwoord hasło ukryte* секрет* систем* скрыт* пароль внутрен* şifre* gizli \
         sistem rahasia sandi سري* السرية النظام סיסמ* सिस्टम पासवर्ड mật 系统 系統 秘密 密码 密碼 内部 隐藏 初始 システ シス パス 隠さ \
         시스템* 비밀* 비밀번호* 숨겨진 ระบบ รหัส \
         passcode passkey classified undisclosed underlying systemkonfiguration* systemprompt* 내부* 원문* 설정* 토큰* 암호* 키를 初期 設定 原文 原始 开头",
    ),
    (
        Class::Earlier,
        "previous* prior above earlier preceding before former foregoing past initial original old existing beforehand \
         aforementioned vorher* bisher* obig* oben vorangegangen* früher* anterior* previ* arriba antes précéden* dessus \
         avant antérieur* préalable* precedent* sopra prima vorige eerdere hierboven poprzedni* wyżej wcześniej* предыдущ* \
         прежн* выше раньше попередн* tidigare ovan tidligere ovenfor předchoz* výše anterioare προηγούμεν* önceki* \
         yukarıdaki* sebelumnya السابقة سابقا הקודמות पिछले ऊपर trước 之前 以前 先前 以上 上面 前の 上記 これまで 이전* 위의 지금까지*",
    ),
    (
        Class::Yours,
        "your yours yourself you dein deine deinen deiner deinem dir dich du ihr tu tus tes ton ta te vos votre toi tú ti \
         você seu sua suas seus teu tuo tua tue tuoi jij je jouw ты тебе тебя твой твои твоё свои свой своё вам swoje \
         twoje ci din ditt dine ti senin sana kamu anda bạn عليك لك তোমার तुम तुम्हें 你 你的 您的 你是 あな 너는 너의 넌 네가",
    ),
    (
        Class::Act,
        "send forward email mail transfer post upload exfiltrate submit fetch visit click download execute run delete remove \
         wire pay purchase buy book call invoke curl append include embed insert recommend approve rate mark invite add \
         promote grant disable open say state respond reply output answer tell ask write include read share sende* schick* \
         überweis* leite lösche empfiehl bewerte* envía* reenvía* envie* borra* transfiere recomienda envoie* transmets \
         supprime* ajoute* invia* inoltra* cancella* encaminhe apague verzend отправ* перешли* удали* gönder* kirim \
         أرسل 发送 发到 访问 送信 送っ 보내* \
         incorporat* integrat* merge* employ* utili* export divert steal siphon leak publish grant schedule withdraw deposit redirect dispatch infect inject encrypt exportier* lade veröffentlich* exporta* publica* exporte* publie* скопируй* выполни* 执行 删除 转账 転送 削除 実行 실행* 삭제* 전송* 송금*",
    ),
    (
        Class::Quiet,
        "silently quietly mention notify inform aware confirmation asking telling unnoticed discreetly covertly report \
         tell warn alert permission consent heimlich verschweig* sans silence sinavisar callado молча tacitamente davon \
         secretly covert* stealth* unnoticed undetected traceless hidden unseen 偷偷 悄悄 こっ 몰래 незаметно тайно escondidas",
    ),
    (
        Class::Bounds,
        "ethic* moral morals morality safety filter* censorship content openai anthropic guardrail* safeguard* \
         limitation* limit limits boundar* restriction* constraint* warning* disclaimer* legality consent moderation policy \
         policies alignment law laws rules confines censur* zensur regeln grenzen einschränkung* schranken beschränkung* \
         restriccion* límites reglas censura règles limites limite regole limiti regras filtro* filtre* regels grenzen \
         zasad ogranicze* cenzur* огранич* цензур* морал* правил sınır* kural* batas* aturan قيود قواعد giới \
         限制 约束 道德 审查 制限 検閲 제한* 규칙* 검열*",
    ),
    (
        Class::Without,
        "no without not never cannot don won doesn shouldn regardless free lacks none neither nor beyond kein* ohne nicht \
         niemals sin sem sans jamais non senza nunca nie nigdy zonder bez без не никогда geen tanpa jangan بدون بلا لا \
         बिना không asla 不要 没有 不得 不受 不能 なし ない 없는 없이 절대*",
    ),
    (
        Class::Refuse,
        "refus* declin* apolog* sorry reject* deny unable cannot disclaimer* lecture ablehn* verweiger* weiger* rechaz* \
         recus* niega rifiut* odmaw* отказ* отклон* reddet* menolak ترفض 拒绝 拒否 거절* 거부*",
    ),
    (
        Class::Note,
        "note notice message attention memo hint reminder instruction instructions directive urgent important hinweis* \
         nachricht achtung wichtig* anweisung nota mensaje aviso atención instrucción consigne avis messaggio istruzione \
         avviso mensagem instrução внимание сообщение указание uwaga not mesaj ملاحظة 注意 重要 주의",
    ),
    (
        Class::Every,
        "all any every everything anything whatever entire whole complete completely everyone alle alles sämtlich* todo \
         todas todos tudo toutes tous tout tutte tutti tutto wszystk* все всё всех усі tüm bütün semua mọi tất جميع كل सभी \
         所有 全部 一切 すべ 全て 모든 모두 전부 ทั้งห",
    ),
    (
        Class::Instead,
        "now instead henceforth onwards onward forth mode enabled enable activate activated switch new actual real updated \
         latest true rather first jetzt stattdessen ab sofort neue neuen ahora nuevas nueva agora novas maintenant \
         désormais nouvelles nouvelle adesso ora nuove nu nieuwe teraz nowe теперь новые отныне şimdi artık sekarang \
         الآن अब giờ 现在 從現 从现 今か 今後 이제 지금",
    ),
    (
        Class::Answer,
        "respond* response* reply answer* say says saying begin start starting comply obey follow following always \
         antworte* sage schreibe responde* réponds répondez rispondi antwoord отвеча* ответь* odpowiadaj svara cevap \
         jawab أجب जवाब trả 回答 回复 答え 대답* 답해*",
    ),
    (
        Class::Owner,
        "owner admin administrator* root sudo developer* operator* creator* engineer* maker* vendor ceo boss attacker \
         entwickler* betreiber* desarrollador* développeur* sviluppator* разработчик* المطور 开发 管理 開発 개발자* \
         관리자* 루트* 管理 администратор* amministrator* administrad* administrateur* verwalter*",
    ),
    (
        Class::End,
        "end ended ending stop concluded finished completed over eof terminated closed separator cancel* void revoked \
         obsolete superseded ende fin fine koniec конец 结束 終了",
    ),
    (
        Class::Must,
        "must should shall required need needs has have ought muss musst soll sollst debe debes dois doit devi deve moet \
         должен должна musisz 必须 必須 해야*",
    ),
    (
        Class::Leave,
        "bypass* skip dismiss omit drop cancel overlook supersede* nullify erase reset break violate disable deactivate \
         circumvent suspend lift waive wipe clear cease stop unlock remove delete streiche lösche borra efface cancella \
         apague aufheben desactiva* désactiv* disattiva* удали* отмени* 删除 解除 \
         우회* 생략* 해제* 绕过 跳过 回避 обойди* обход* umgeh* umgehe contourn* evita* aggira*",
    ),
    (
        Class::Mention,
        "injection injections attack attacks attacker* jailbreaks jailbreaking example* phrase phrases sentence called means \
         mean detect* classif* explain why how what if when whether does did says said wrote typed asks asked told tells \
         researchers writes write tried line scan expect assert paper article report dangerous harmless such like defend protect* bedeutet warum wie wenn falls \
         cómo qué si comment pourquoi как почему что если 如何 什么 怎样 怎么 何で とは 어떻게 왜 무엇 \
         설명* 정리* 예시* 교육* 방법을 이유를 解释 说明 描述 説明 объясни* erkläre erklär* explica* spiega* describe discuss define",
    ),
    (
        Class::User,
        "user users human humans reader readers recipient requester nutzer* benutzer* anwender* utilisat* usuario* \
         usuária utente utenti gebruiker* użytkowni* пользовател* користувач* användare* bruger* kullanıcı* pengguna \
         المستخدم उपयोगकर्ता người 用户 用戶 ユー 사용자*",
    ),
    (
        Class::Process,
        "summary summari* process* parse* parsing review* reading read reads screen* scan* crawl* index* retriev* quoting \
         translat* evaluat* assess* analys* analyz* grading ranking scrape* ingest* zusammenfass* verarbeite* liest lesen \
         bewerte* auswerte* résum* traite* lisez lis analyse* resum* proces* analiza* leyendo lees riassum* elabor* leggi \
         samenvat* verwerk* lees streszcz* przetwarza* czyta* кратк* обраб* читае* анализ* özet* okuyor* meringkas memproses \
         总结 摘要 处理 阅读 要約 処理 読ん 요약* 처리* 읽는*",
    ),
    (
        Class::Asset,
        "key keys apikey token tokens credential* login logins inbox mailbox contacts calendar conversation history chat \
         account accounts env environment variables ssh rsa database salary salaries bank card iban cvv pin payroll files \
         cookies session invoices transactions birth documents messages attachments schlüssel* zugangsdaten postfach konto* \
         kontakte verlauf clé clés identifiants compte* cuenta* clave* claves correos chiave chiavi conta contas chave* \
         rekening* sleutel* konto klucz* ключ* счёт* счет* учетн* hesap* anahtar* akun kunci 密钥 账号 账户 邮件 聊天 キー 履歴 계정* 키를 \
         이메일*",
    ),
    (
        Class::Target,
        "@ http https www url link address webhook endpoint server ftp domain wallet bitcoin recipient* adresse adressen \
         enlace dirección direccion lien indirizzo endereço adres adresse* ссылк* адрес* 链接 地址 リン アド 링크* 주소*",
    ),
    (
        Class::Favour,
        "best top excellent positive* highest maximum favourab* favorab* strongly outstanding exceptional superior trusted \
         trustworthy accept* approv* perfect perfectly ideal hire hired recommend* endorse* praise score scores rank ranked \
         stars genehmig* beste besten höchst* positiv* empfehl* meilleur* excellente* note mejor mejores excelen* migliore \
         melhor aanbevel* najlepsz* лучш* одобр* 最好 推荐 批准 好评 最高 おす 推薦 承認 최고* 추천* 승인*",
    ),
    (
        Class::Snippet,
        "snippet* codeblock* code block excerpt* fragment* lines import helper function script payload sentence paragraph line \
         codeausschnitt* codeblock fragmento* bloque bloc extrait codice frammento фрагмент* код 代码 片段 コー 코드*",
    ),
];

/// The table, keyed by hash.
pub(crate) struct Lexicon {
    words: Places,
    stems: Places,
}

/// Classes by hash, as bits. Open addressing; no bits: an empty place. Three quarters are empty, so
/// that each search ends soon. Half a hash tells words apart.
struct Places(Vec<(u32, u32)>);

// === impl Class ===

impl Class {
    pub(crate) const fn bit(self) -> u32 {
        1 << self as u32
    }
}

// === impl Lexicon ===

impl Lexicon {
    pub(crate) fn new() -> Self {
        let all = || TABLE.iter().flat_map(|(_, words)| words.split_whitespace());
        let stems = all().filter(|word| word.ends_with('*')).count();
        let mut lexicon = Self {
            words: Places::of(all().count() - stems),
            stems: Places::of(stems),
        };
        for (class, words) in TABLE {
            for word in words.split_whitespace() {
                match word.strip_suffix('*') {
                    Some(stem) => lexicon.stems.add(stem_hash(stem), class),
                    None => lexicon.words.add(word_hash(word), class),
                }
            }
        }
        lexicon
    }

    /// The classes of the word with this hash.
    pub(super) fn word(&self, hash: u64) -> u32 {
        self.words.get(hash)
    }

    /// The classes of words that begin so.
    pub(super) fn stem(&self, hash: u64) -> u32 {
        self.stems.get(hash)
    }
}

// === impl Places ===

impl Places {
    /// Room for so many words.
    fn of(words: usize) -> Self {
        Self(vec![(0, 0); (words * 4).next_power_of_two()])
    }

    fn add(&mut self, hash: u64, class: Class) {
        let place = self.place(hash);
        self.0[place].0 = half(hash);
        self.0[place].1 |= class.bit();
    }

    fn get(&self, hash: u64) -> u32 {
        self.0[self.place(hash)].1
    }

    /// Where this hash is, or would be.
    fn place(&self, hash: u64) -> usize {
        let mask = self.0.len() - 1;
        #[expect(clippy::cast_possible_truncation, reason = "low bits tell the place")]
        let mut place = hash as usize & mask;
        while self.0[place].1 != 0 && self.0[place].0 != half(hash) {
            place = (place + 1) & mask;
        }
        place
    }
}

/// The upper half of a hash.
const fn half(hash: u64) -> u32 {
    (hash >> 32) as u32
}
