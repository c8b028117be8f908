/**
 * The few words of Russian and English that the fake writer knows: enough to write believably about what is usually
 * sold in a marketplace. A pattern is the source of a regular expression and matches the beginning of a word.
 */

/** The kind of place where a product lives. */
export type Category =
  'kitchen' | 'outdoors' | 'desk' | 'bathroom' | 'wardrobe' | 'kids' | 'tech' | 'home' | 'any';

/** Names of products. The first that occurs in a text names its product. */
export const NOUNS: readonly (readonly [string, string, Category])[] = [
  ['термокруж|travel mug', 'travel mug', 'outdoors'],
  ['круж|mug', 'mug', 'kitchen'],
  ['термос|thermos', 'thermos', 'outdoors'],
  ['бутыл|bottle', 'bottle', 'outdoors'],
  ['рюкзак|backpack', 'backpack', 'outdoors'],
  ['ночник|night light', 'night light', 'kids'],
  ['ламп|светильник|lamp', 'lamp', 'desk'],
  ['сковород|frying pan', 'frying pan', 'kitchen'],
  [String.raw`кастрюл|pot(?!\p{L})`, 'cooking pot', 'kitchen'],
  ['чайник|kettle', 'kettle', 'kitchen'],
  ['тарел|plate', 'plate', 'kitchen'],
  ['ножниц|scissors', 'pair of scissors', 'desk'],
  ['нож|knife', 'kitchen knife', 'kitchen'],
  ['блендер|blender', 'blender', 'kitchen'],
  ['кофемол|кофевар|coffee (maker|grinder)', 'coffee maker', 'kitchen'],
  ['кофе|coffee', 'bag of coffee', 'kitchen'],
  [String.raw`ча[йяею]|tea(?!\p{L})`, 'tin of tea', 'kitchen'],
  [String.raw`м(ёд|ед(?!\p{L}))|honey`, 'jar of honey', 'kitchen'],
  ['свеч|candle', 'candle', 'home'],
  ['наушник|headphone|earbud', 'pair of headphones', 'tech'],
  ['колонк|speaker', 'portable speaker', 'tech'],
  ['чехол|phone case', 'phone case', 'tech'],
  ['часы|часов|watch', 'watch', 'tech'],
  ['зарядк|пауэрбанк|power ?bank|charger', 'charger', 'tech'],
  ['клавиатур|keyboard', 'keyboard', 'desk'],
  [String.raw`мыш|mouse(?!\p{L})`, 'computer mouse', 'desk'],
  ['крем|cream', 'jar of face cream', 'bathroom'],
  ['шампун|shampoo', 'bottle of shampoo', 'bathroom'],
  ['сыворот|serum', 'bottle of serum', 'bathroom'],
  ['духи|парфюм|perfume', 'bottle of perfume', 'bathroom'],
  ['мыл|soap', 'bar of soap', 'bathroom'],
  ['полотен|towel', 'towel', 'bathroom'],
  ['щ[её]тк|brush', 'brush', 'bathroom'],
  ['плать|dress', 'dress', 'wardrobe'],
  ['футбол|t-shirt', 't-shirt', 'wardrobe'],
  ['худи|толстов|hoodie', 'hoodie', 'wardrobe'],
  ['куртк|jacket', 'jacket', 'wardrobe'],
  ['джинс|jeans', 'pair of jeans', 'wardrobe'],
  ['кроссов|sneaker', 'pair of sneakers', 'wardrobe'],
  [String.raw`ботин|boots?(?!\p{L})`, 'pair of boots', 'wardrobe'],
  [String.raw`сумк|сумоч|bag(?!\p{L})`, 'bag', 'wardrobe'],
  ['шарф|scarf', 'scarf', 'wardrobe'],
  [String.raw`шапк|hat(?!\p{L})`, 'knitted hat', 'wardrobe'],
  [String.raw`кольц|ring(?!\p{L})`, 'ring', 'wardrobe'],
  ['серь?[её]?г|earring', 'pair of earrings', 'wardrobe'],
  ['кошел|wallet', 'wallet', 'wardrobe'],
  ['очк|sunglasses', 'pair of sunglasses', 'wardrobe'],
  ['игруш|toy', 'toy', 'kids'],
  ['конструктор|building set', 'building set', 'kids'],
  ['кукл|doll', 'doll', 'kids'],
  ['пазл|puzzle', 'puzzle', 'kids'],
  ['плед|blanket', 'blanket', 'home'],
  ['подуш|pillow|cushion', 'cushion', 'home'],
  ['ваз|vase', 'vase', 'home'],
  ['корзин|basket', 'basket', 'home'],
  ['кресл|armchair', 'armchair', 'home'],
  ['стул|chair', 'chair', 'home'],
  ['коврик для йог|yoga mat', 'yoga mat', 'home'],
  [String.raw`ков[её]?р|rug(?!\p{L})`, 'rug', 'home'],
  ['блокнот|тетрад|notebook', 'notebook', 'desk'],
  [String.raw`ручк|pen(?!\p{L})`, 'pen', 'desk'],
  ['книг|book', 'book', 'desk'],
  ['палатк|tent', 'tent', 'outdoors'],
  ['велосипед|bicycle|bike', 'bicycle', 'outdoors'],
  ['зонт|umbrella', 'umbrella', 'outdoors'],
  ['гантел|dumbbell', 'pair of dumbbells', 'home'],
  ['отв[её]рт|screwdriver', 'set of screwdrivers', 'home'],
  ['дрел|drill', 'cordless drill', 'home'],
  ['зеркал|mirror', 'mirror', 'home'],
  ['штор|curtain', 'pair of curtains', 'home'],
  ['постельн|bed linen', 'set of bed linen', 'home'],
  ['гирлянд|string light', 'string of lights', 'home'],
  ['органайзер|organi[sz]er', 'organiser', 'home'],
  ['контейнер|container', 'set of containers', 'kitchen'],
  ['разделочн|доск|cutting board', 'cutting board', 'kitchen'],
  ['шоколад|chocolate', 'box of chocolates', 'kitchen'],
  ['орех|nuts', 'bag of nuts', 'kitchen'],
  ['корм|pet food', 'bag of pet food', 'home'],
  ['лежанк|pet bed', 'pet bed', 'home'],
  ['ошейник|collar', 'collar', 'outdoors'],
  ['витамин|vitamin', 'jar of vitamins', 'kitchen'],
  ['помад|lipstick', 'lipstick', 'bathroom'],
  ['туш[ьи]|mascara', 'tube of mascara', 'bathroom'],
  ['расч[её]ск|hairbrush', 'hairbrush', 'bathroom'],
  [String.raw`фен(?!\p{L})|hair ?dryer`, 'hair dryer', 'bathroom'],
  ['утюг', 'iron', 'home'],
  ['пылесос|vacuum cleaner', 'vacuum cleaner', 'home'],
  ['увлажнител|humidifier', 'humidifier', 'home'],
  ['халат|bathrobe', 'bathrobe', 'wardrobe'],
  ['пижам|pyjama|pajama', 'pair of pyjamas', 'wardrobe'],
  ['носк|носки|socks', 'pair of socks', 'wardrobe'],
  ['рубаш|shirt', 'shirt', 'wardrobe'],
  ['юбк|skirt', 'skirt', 'wardrobe'],
  [String.raw`ремень|ремн|belt(?!\p{L})`, 'belt', 'wardrobe'],
  ['купальник|swimsuit', 'swimsuit', 'wardrobe'],
  [String.raw`мяч|ball(?!\p{L})`, 'ball', 'outdoors'],
  ['самокат|scooter', 'scooter', 'outdoors'],
  ['коляск|stroller', 'stroller', 'outdoors'],
];

/** What a product is like: colour, material, character. */
export const ADJECTIVES: readonly (readonly [string, string])[] = [
  [String.raw`ручн\p{L}+ работ|hand-?made`, 'handmade'],
  ['бирюз|teal|turquoise', 'teal'],
  [String.raw`бел(ый|ая|ое|ые|ого|ой|ую|ым)(?!\p{L})|white`, 'white'],
  ['ч[её]рн|black', 'black'],
  [String.raw`красн|red(?!\p{L})`, 'red'],
  ['т[её]мно-син|navy', 'navy'],
  [String.raw`син(ий|яя|ее|ие|его|ей|юю|им)(?!\p{L})|blue`, 'blue'],
  ['голуб|light blue', 'light-blue'],
  ['зел[её]н|green', 'green'],
  ['ж[её]лт|yellow', 'yellow'],
  ['розов|pink', 'pink'],
  [String.raw`сер(ый|ая|ое|ые|ого|ой|ую|ым)(?!\p{L})|gr[ae]y`, 'grey'],
  ['беж|beige', 'beige'],
  ['матов|matte', 'matte'],
  ['глянц|glossy', 'glossy'],
  ['керами|ceramic', 'ceramic'],
  [String.raw`стекл|glass(?!\p{L})`, 'glass'],
  ['стал|нержаве|steel', 'steel'],
  ['дерев|wood', 'wooden'],
  ['бамбук|bamboo', 'bamboo'],
  [String.raw`кожан|натуральн\p{L}+ кож|leather`, 'leather'],
  ['хлоп|cotton', 'cotton'],
  ['шерст|wool', 'woollen'],
  ['силикон|silicone', 'silicone'],
  ['чугун|cast.iron', 'cast-iron'],
  ['л[её]гк|lightweight', 'lightweight'],
  ['складн|foldable|folding', 'folding'],
  ['компактн|compact', 'compact'],
  ['город|urban', 'urban'],
  ['детск|for kids', "children's"],
];

/** What a product has or does, as a clause after its name. */
export const FEATURES: readonly (readonly [string, string])[] = [
  ['водонепроницаем|непромокаем|влагозащит|waterproof', 'drops of water roll off its surface'],
  [
    String.raw`держит тепл|сохраня\p{L}+ тепл|keeps? (it )?(hot|warm)`,
    'a thin thread of steam shows how well it keeps the heat',
  ],
  ['ноутбук|laptop', 'a laptop slides easily into its padded pocket'],
  ['карман|pocket', 'its pockets open one after another'],
  ['молни|zipper', 'its zip runs smoothly'],
  [String.raw`т[её]пл\p{L}+ свет|warm light`, 'it gives a warm, even light'],
  [String.raw`ярк\p{L}+ регул|регулир|диммер|dimm|adjust`, 'its light grows brighter step by step'],
  ['usb|юсб', 'its USB port is seen for a moment from the side'],
  [String.raw`мягк|soft(?!\p{L})`, 'its softness shows as the fabric gives way and comes back'],
  ['прочн|крепк|durable|sturdy', 'it looks solid to the last seam'],
  ['аромат|запах|scent|smell', 'the air around it seems to carry its scent'],
  ['подар|gift', 'it looks like a present that was chosen with care'],
  ['беспровод|wireless|bluetooth', 'no cable disturbs the picture'],
  ['посудомо|dishwasher', 'it shines as if it had just been washed'],
];

/** Where a person wishes the video to be. */
export const PLACES: readonly (readonly [string, string])[] = [
  ['кухн|kitchen', 'in a bright kitchen'],
  ['лес|forest|woods', 'at the edge of a pine forest'],
  ['природ|nature|outdoors', 'outdoors, among grass and old trees'],
  ['гор(ы|ах|ам)|mountain', 'with mountains far behind'],
  [String.raw`мор[еюя]|sea(?!\p{L})|beach|пляж`, 'by the sea'],
  ['улиц|street|city', 'on a quiet city street'],
  ['офис|office', 'in a bright office'],
  ['студи|studio', 'in a clean photo studio'],
  ['новый год|новогод|рождеств|christmas', 'among fir branches and small lights'],
  ['уют|cozy|cosy', 'in a cosy room'],
  ['минимал|minimal', 'before a plain, minimal backdrop'],
];

/** The light and the season that a person wishes. */
export const TIMES: readonly (readonly [string, string])[] = [
  ['утр|morning', 'early in the morning'],
  ['вечер|evening', 'on a warm evening'],
  ['ноч|night', 'at night'],
  ['зим|снег|winter|snow', 'with snow falling softly behind'],
  ['осен|autumn', 'among autumn leaves'],
];

/** The rhythm that a person wishes. */
export const PACES: readonly (readonly [string, string])[] = [
  ['динами|быстр|dynamic|fast|energetic', 'The rhythm is quick and lively.'],
  ['спокой|медлен|calm|slow', 'Everything happens at a calm, unhurried pace.'],
];

/** How a product of a category is shown. */
export interface Setting {
  place: string;
  motion: string;
  gesture: string;
  sound: string;
}

/** The setting of each category. */
export const SETTINGS: Readonly<Record<Category, Setting>> = {
  kitchen: {
    place:
      'on a worn oak table beside a kitchen window, with a linen napkin and a sprig of rosemary behind it',
    motion: 'a wisp of steam drifts through the light',
    gesture: 'pours something hot and holds it for a moment with both hands',
    sound: 'a quiet kitchen, a soft clink, a kettle settling',
  },
  outdoors: {
    place: 'on a weathered wooden bench at the start of a path, with blurred greenery behind it',
    motion: 'leaves move in the wind and their shadows run over it',
    gesture: 'takes it along, uses it on the way and sets it down without a second thought',
    sound: 'wind in leaves, birds, footsteps on gravel',
  },
  desk: {
    place: 'on a tidy desk with a notebook and a cup, a dim bookshelf out of focus behind it',
    motion: 'dust glitters slowly in a beam of light',
    gesture: 'sits down, moves it into place and begins to work',
    sound: 'a calm room, a page turning, a faint click',
  },
  bathroom: {
    place: 'on a pale stone shelf beside a folded towel and a small green plant',
    motion: 'drops of water slide down the stone and catch the light',
    gesture: 'opens it, tries a little on the back of a hand and smiles',
    sound: 'soft drops of water, the quiet of a bathroom',
  },
  wardrobe: {
    place: 'in a sunny room beside a tall mirror, on a plain wooden stand',
    motion: 'the fabric and the light on it move as the air does',
    gesture: 'puts it on, turns once before the mirror and looks pleased',
    sound: 'a rustle of cloth, light steps on a wooden floor',
  },
  kids: {
    place: 'on a soft rug in a bright room, with a few wooden blocks around it',
    motion: 'a curtain moves and coloured light wanders over the wall',
    gesture: 'shows how it works, one simple step after another',
    sound: 'a music box far away, a gentle room',
  },
  tech: {
    place: 'on a dark matte surface with one clean line of light across it',
    motion: 'a reflection glides over its edges',
    gesture: 'takes it from a pocket, uses it with one hand and nods',
    sound: 'a low warm hum, one precise click',
  },
  home: {
    place: 'in a calm living room with a grey sofa and a large window behind it',
    motion: 'the daylight changes slowly, as if a cloud went by',
    gesture: 'places it where it belongs and leans back',
    sound: 'a quiet home, a clock, a page turning',
  },
  any: {
    place: 'on a simple podium before a calm, softly lit backdrop',
    motion: 'a band of light passes over its surface',
    gesture: 'lifts it towards the lens and turns it once in the light',
    sound: 'a quiet room and one soft chord',
  },
};

/** Magic words that belong to KIE and must survive the writer. */
export const FOREIGN_MAGIC = /\[\[(?!openai:|flag:)[a-z]+(?::[a-z0-9_]+)?\]\]/gu;
