namespace JustAlexNet.Imaging;

/// <summary>Text with its accents put together: "e" and U+0301 become "é", as in Unicode's form NFC. Fonts draw it, and two spellings of one name become equal.</summary>
/// <remarks>
/// .NET's own <c>Normalize</c> does nothing in a program of invariant globalisation. Composed are the pairs of the basic plane (Unicode 14.0.0, UAX 15) and Hangul, for text whose
/// marks stand in canonical order, as in what macOS writes (NFD); what has no composed letter stays as it is.
/// </remarks>
internal static class ComposedText
{
    private const int HangulFirst = 0xAC00, LeadFirst = 0x1100, VowelFirst = 0x1161, TailFirst = 0x11A7, Leads = 19, Vowels = 21, Tails = 28;

    /// <summary>The composed form; the same object where there is nothing to compose.</summary>
    public static string Of(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var made = new char[text.Length];
        var count = 0;
        foreach (var next in text)
        {
            if (count > 0 && Composed(made[count - 1], next) is { } whole) made[count - 1] = whole;
            else made[count++] = next;
        }
        return count == text.Length ? text : new string(made, 0, count);
    }

    private static char? Composed(char before, char next)
    {
        if (Pairs.TryGetValue((before, next), out var whole)) return whole;
        var (lead, vowel, tail, syllable) = (before - LeadFirst, next - VowelFirst, next - TailFirst, before - HangulFirst);
        if (lead is >= 0 and < Leads && vowel is >= 0 and < Vowels) return (char)(HangulFirst + (lead * Vowels + vowel) * Tails);
        return syllable is >= 0 and < Leads * Vowels * Tails && syllable % Tails == 0 && tail is > 0 and < Tails ? (char)(before + tail) : null;
    }

    private static Dictionary<(char, char), char> Read()
    {
        var pairs = new Dictionary<(char, char), char>();
        foreach (var (mark, letters) in Letters)
            for (var i = 0; i < letters.Length; i += 2) pairs[(letters[i], mark)] = letters[i + 1];
        return pairs;
    }

    // By mark: a letter, then the same with the mark.
    private static readonly (char Mark, string Letters)[] Letters =
    [
        ('\u0300', "AÀEÈIÌNǸOÒUÙWẀYỲaàeèiìnǹoòuùwẁyỳ\u00A8\u1FEDÂẦÊỀÔỒÜǛâầêềôồüǜĂẰăằĒḔēḕŌṐōṑƠỜơờƯỪưừΑᾺΕῈΗῊΙῚΟῸΥῪΩῺαὰεὲηὴιὶοὸυὺωὼϊῒϋῢЕЀИЍеѐиѝἀἂἁἃἈἊἉἋἐἒἑἓἘἚἙἛἠἢἡἣἨἪἩἫἰἲἱἳἸἺἹἻὀὂὁὃὈὊὉὋὐὒὑὓὙὛὠὢὡὣὨὪὩὫ\u1FBF\u1FCD\u1FFE\u1FDD"),
        ('\u0301', "AÁCĆEÉGǴIÍKḰLĹMḾNŃOÓPṔRŔSŚUÚWẂYÝZŹaácćeégǵiíkḱlĺmḿnńoópṕrŕsśuúwẃyýzź\u00A8\u0385ÂẤÅǺÆǼÇḈÊẾÏḮÔỐÕṌØǾÜǗâấåǻæǽçḉêếïḯôốõṍøǿüǘĂẮăắĒḖēḗŌṒōṓŨṸũṹƠỚơớƯỨưứΑΆΕΈΗΉΙΊΟΌΥΎΩΏαάεέηήιίοόυύωώϊΐϋΰϒϓГЃКЌгѓкќἀἄἁἅἈἌἉἍἐἔἑἕἘἜἙἝἠἤἡἥἨἬἩἭἰἴἱἵἸἼἹἽὀὄὁὅὈὌὉὍὐὔὑὕὙὝὠὤὡὥὨὬὩὭ\u1FBF\u1FCE\u1FFE\u1FDE"),
        ('\u0302', "AÂCĈEÊGĜHĤIÎJĴOÔSŜUÛWŴYŶZẐaâcĉeêgĝhĥiîjĵoôsŝuûwŵyŷzẑẠẬạậẸỆẹệỌỘọộ"),
        ('\u0303', "AÃEẼIĨNÑOÕUŨVṼYỸaãeẽiĩnñoõuũvṽyỹÂẪÊỄÔỖâẫêễôỗĂẴăẵƠỠơỡƯỮưữ"),
        ('\u0304', "AĀEĒGḠIĪOŌUŪYȲaāeēgḡiīoōuūyȳÄǞÆǢÕȬÖȪÜǕäǟæǣõȭöȫüǖǪǬǫǭȦǠȧǡȮȰȯȱΑᾹΙῙΥῩαᾱιῑυῡИӢУӮиӣуӯḶḸḷḹṚṜṛṝ"),
        ('\u0306', "AĂEĔGĞIĬOŎUŬaăeĕgğiĭoŏuŭȨḜȩḝΑᾸΙῘΥῨαᾰιῐυῠАӐЕӖЖӁИЙУЎаӑеӗжӂийуўẠẶạặ"),
        ('\u0307', "AȦBḂCĊDḊEĖFḞGĠHḢIİMṀNṄOȮPṖRṘSṠTṪWẆXẊYẎZŻaȧbḃcċdḋeėfḟgġhḣmṁnṅoȯpṗrṙsṡtṫwẇxẋyẏzżŚṤśṥŠṦšṧſẛṢṨṣṩ"),
        ('\u0308', "AÄEËHḦIÏOÖUÜWẄXẌYŸaäeëhḧiïoötẗuüwẅxẍyÿÕṎõṏŪṺūṻΙΪΥΫιϊυϋϒϔІЇАӒЕЁЖӜЗӞИӤОӦУӰЧӴЫӸЭӬаӓеёжӝзӟиӥоӧуӱчӵыӹэӭіїӘӚәӛӨӪөӫ"),
        ('\u0309', "AẢEẺIỈOỎUỦYỶaảeẻiỉoỏuủyỷÂẨÊỂÔỔâẩêểôổĂẲăẳƠỞơởƯỬưử"),
        ('\u030A', "AÅUŮaåuůwẘyẙ"),
        ('\u030B', "OŐUŰoőuűУӲуӳ"),
        ('\u030C', "AǍCČDĎEĚGǦHȞIǏKǨLĽNŇOǑRŘSŠTŤUǓZŽaǎcčdďeěgǧhȟiǐjǰkǩlľnňoǒrřsštťuǔzžÜǙüǚƷǮʒǯ"),
        ('\u030F', "AȀEȄIȈOȌRȐUȔaȁeȅiȉoȍrȑuȕѴѶѵѷ"),
        ('\u0311', "AȂEȆIȊOȎRȒUȖaȃeȇiȋoȏrȓuȗ"),
        ('\u0313', "ΑἈΕἘΗἨΙἸΟὈΩὨαἀεἐηἠιἰοὀρῤυὐωὠ"),
        ('\u0314', "ΑἉΕἙΗἩΙἹΟὉΡῬΥὙΩὩαἁεἑηἡιἱοὁρῥυὑωὡ"),
        ('\u031B', "OƠUƯoơuư"),
        ('\u0323', "AẠBḄDḌEẸHḤIỊKḲLḶMṂNṆOỌRṚSṢTṬUỤVṾWẈYỴZẒaạbḅdḍeẹhḥiịkḳlḷmṃnṇoọrṛsṣtṭuụvṿwẉyỵzẓƠỢơợƯỰưự"),
        ('\u0324', "UṲuṳ"),
        ('\u0325', "AḀaḁ"),
        ('\u0326', "SȘTȚsștț"),
        ('\u0327', "CÇDḐEȨGĢHḨKĶLĻNŅRŖSŞTŢcçdḑeȩgģhḩkķlļnņrŗsştţ"),
        ('\u0328', "AĄEĘIĮOǪUŲaąeęiįoǫuų"),
        ('\u032D', "DḒEḘLḼNṊTṰUṶdḓeḙlḽnṋtṱuṷ"),
        ('\u032E', "HḪhḫ"),
        ('\u0330', "EḚIḬUṴeḛiḭuṵ"),
        ('\u0331', "BḆDḎKḴLḺNṈRṞTṮZẔbḇdḏhẖkḵlḻnṉrṟtṯzẕ"),
        ('\u0338', "<\u226E=\u2260>\u226F\u2190\u219A\u2192\u219B\u2194\u21AE\u21D0\u21CD\u21D2\u21CF\u21D4\u21CE\u2203\u2204\u2208\u2209\u220B\u220C\u2223\u2224\u2225\u2226\u223C\u2241\u2243\u2244\u2245\u2247\u2248\u2249\u224D\u226D\u2261\u2262\u2264\u2270\u2265\u2271\u2272\u2274\u2273\u2275\u2276\u2278\u2277\u2279\u227A\u2280\u227B\u2281\u227C\u22E0\u227D\u22E1\u2282\u2284\u2283\u2285\u2286\u2288\u2287\u2289\u2291\u22E2\u2292\u22E3\u22A2\u22AC\u22A8\u22AD\u22A9\u22AE\u22AB\u22AF\u22B2\u22EA\u22B3\u22EB\u22B4\u22EC\u22B5\u22ED"),
        ('\u0342', "\u00A8\u1FC1αᾶηῆιῖυῦωῶϊῗϋῧἀἆἁἇἈἎἉἏἠἦἡἧἨἮἩἯἰἶἱἷἸἾἹἿὐὖὑὗὙὟὠὦὡὧὨὮὩὯ\u1FBF\u1FCF\u1FFE\u1FDF"),
        ('\u0345', "Α\u1FBCΗ\u1FCCΩ\u1FFCάᾴήῄαᾳηῃωῳώῴἀᾀἁᾁἂᾂἃᾃἄᾄἅᾅἆᾆἇᾇἈ\u1F88Ἁ\u1F89Ἂ\u1F8AἋ\u1F8BἌ\u1F8CἍ\u1F8DἎ\u1F8EἏ\u1F8FἠᾐἡᾑἢᾒἣᾓἤᾔἥᾕἦᾖἧᾗἨ\u1F98Ἡ\u1F99Ἢ\u1F9AἫ\u1F9BἬ\u1F9CἭ\u1F9DἮ\u1F9EἯ\u1F9FὠᾠὡᾡὢᾢὣᾣὤᾤὥᾥὦᾦὧᾧὨ\u1FA8Ὡ\u1FA9Ὢ\u1FAAὫ\u1FABὬ\u1FACὭ\u1FADὮ\u1FAEὯ\u1FAFὰᾲὴῂὼῲᾶᾷῆῇῶῷ"),
        ('\u0653', "\u0627\u0622"),
        ('\u0654', "\u0627\u0623\u0648\u0624\u064A\u0626\u06C1\u06C2\u06D2\u06D3\u06D5\u06C0"),
        ('\u0655', "\u0627\u0625"),
        ('\u093C', "\u0928\u0929\u0930\u0931\u0933\u0934"),
        ('\u09BE', "\u09C7\u09CB"),
        ('\u09D7', "\u09C7\u09CC"),
        ('\u0B3E', "\u0B47\u0B4B"),
        ('\u0B56', "\u0B47\u0B48"),
        ('\u0B57', "\u0B47\u0B4C"),
        ('\u0BBE', "\u0BC6\u0BCA\u0BC7\u0BCB"),
        ('\u0BD7', "\u0B92\u0B94\u0BC6\u0BCC"),
        ('\u0C56', "\u0C46\u0C48"),
        ('\u0CC2', "\u0CC6\u0CCA"),
        ('\u0CD5', "\u0CBF\u0CC0\u0CC6\u0CC7\u0CCA\u0CCB"),
        ('\u0CD6', "\u0CC6\u0CC8"),
        ('\u0D3E', "\u0D46\u0D4A\u0D47\u0D4B"),
        ('\u0D57', "\u0D46\u0D4C"),
        ('\u0DCA', "\u0DD9\u0DDA\u0DDC\u0DDD"),
        ('\u0DCF', "\u0DD9\u0DDC"),
        ('\u0DDF', "\u0DD9\u0DDE"),
        ('\u102E', "\u1025\u1026"),
        ('\u1B35', "ᬅᬆᬇᬈᬉᬊᬋᬌᬍᬎᬑᬒ\u1B3A\u1B3B\u1B3C\u1B3D\u1B3E\u1B40\u1B3F\u1B41\u1B42\u1B43"),
        ('\u3099', "うゔかがきぎくぐけげこごさざしじすずせぜそぞただちぢつづてでとどはばひびふぶへべほぼ\u309D\u309Eウヴカガキギクグケゲコゴサザシジスズセゼソゾタダチヂツヅテデトドハバヒビフブヘベホボワヷヰヸヱヹヲヺ\u30FD\u30FE"),
        ('\u309A', "はぱひぴふぷへぺほぽハパヒピフプヘペホポ"),
    ];

    private static readonly Dictionary<(char Base, char Mark), char> Pairs = Read();      // after the table that it reads
}
