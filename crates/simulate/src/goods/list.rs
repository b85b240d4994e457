//! The range itself: categories with Chinese and English names and list prices in 1/100 CNY, the most popular first.

use super::{CATEGORIES, Category};

/// Chinese name, English name, price in 1/100 CNY.
pub(crate) type Item = (&'static str, &'static str, u32);

const EVEN: [f64; 4] = [1.0; 4];

const fn goods(name: &'static str, prefix: &'static str, cost: f64, items: &'static [Item]) -> Category {
    Category { name, prefix, service: false, cost, seasons: EVEN, items }
}

const fn service(name: &'static str, prefix: &'static str, cost: f64, items: &'static [Item]) -> Category {
    Category { name, prefix, service: true, cost, seasons: EVEN, items }
}

const fn seasonal(category: Category, seasons: [f64; 4]) -> Category {
    Category { seasons, ..category }
}

/// All categories; `types` weighs them in this order.
pub(crate) const LIST: [Category; CATEGORIES] = [
    seasonal(goods("Skin care", "SK", 0.45, SKIN), [1.0, 0.9, 1.0, 1.15]),
    goods("Make-up", "MU", 0.40, MAKE_UP),
    service("Beauty service", "BS", 0.35, BEAUTY),
    seasonal(service("Massage", "MS", 0.35, MASSAGE), [1.0, 0.85, 1.0, 1.2]),
    seasonal(service("Personal training", "PT", 0.50, TRAINING), [1.2, 1.1, 0.95, 0.8]),
    seasonal(service("Packages", "PK", 0.30, PACKAGES), [1.3, 1.0, 0.9, 0.8]),
    seasonal(goods("Drinks", "DR", 0.55, DRINKS), [1.0, 1.4, 0.9, 0.7]),
    goods("Beer", "BE", 0.60, BEERS),
    goods("Nappies", "NA", 0.70, NAPPY),
    goods("Baby", "BA", 0.60, BABY),
    seasonal(goods("Snacks", "SN", 0.55, SNACKS), [0.95, 0.95, 1.0, 1.2]),
    goods("Supplements", "SU", 0.45, SUPPLEMENTS),
    seasonal(goods("Sportswear", "SW", 0.45, SPORTSWEAR), [1.1, 1.1, 0.95, 0.85]),
    service("Upgrades", "UP", 0.50, &[("升级差价", "Upgrade difference", 1000)]),
];

const SKIN: &[Item] = &[
    ("氨基酸洁面乳", "Amino acid cleanser", 6900),
    ("玻尿酸面膜 5片", "Hyaluronic mask 5 pcs", 7900),
    ("保湿爽肤水", "Hydrating toner", 9900),
    ("防晒霜 SPF50", "Sun cream SPF50", 11900),
    ("烟酰胺精华", "Niacinamide serum", 16900),
    ("补水面霜", "Moisture cream", 13900),
    ("护手霜", "Hand cream", 2990),
    ("卸妆油", "Cleansing oil", 8900),
    ("眼霜", "Eye cream", 22900),
    ("抗皱精华", "Anti-wrinkle serum", 45900),
    ("身体乳", "Body lotion", 5900),
    ("润唇膏", "Lip balm", 1990),
    ("芦荟胶", "Aloe gel", 2590),
    ("去角质磨砂膏", "Face scrub", 4900),
    ("晚霜", "Night cream", 32900),
    ("男士洁面", "Men's face wash", 4500),
    ("胶原蛋白面膜", "Collagen mask", 12900),
    ("鱼子酱面霜", "Caviar cream", 89900),
];

const MAKE_UP: &[Item] = &[
    ("口红 正红", "Lipstick classic red", 15900),
    ("气垫粉底", "Cushion foundation", 18900),
    ("睫毛膏", "Mascara", 8900),
    ("眉笔", "Eyebrow pencil", 3900),
    ("眼线液笔", "Liquid eyeliner", 5900),
    ("唇釉 豆沙", "Lip gloss rose", 9900),
    ("散粉", "Loose powder", 12900),
    ("眼影盘", "Eyeshadow palette", 19900),
    ("腮红", "Blush", 7900),
    ("遮瑕膏", "Concealer", 6900),
    ("定妆喷雾", "Setting spray", 8500),
    ("化妆刷套装", "Brush set", 13900),
    ("指甲油", "Nail polish", 3900),
    ("卸甲水", "Nail polish remover", 2500),
    ("高定口红礼盒", "Couture lipstick box", 52900),
    ("香水 50ml", "Eau de parfum 50 ml", 68900),
];

const BEAUTY: &[Item] = &[
    ("基础面部护理", "Basic facial", 19800),
    ("美甲", "Manicure", 12800),
    ("修眉", "Eyebrow shaping", 4800),
    ("深层清洁护理", "Deep cleansing facial", 29800),
    ("洗剪吹", "Wash cut and dry", 8800),
    ("美睫", "Eyelash extension", 26800),
    ("染发", "Hair colouring", 39800),
    ("足部护理", "Pedicure", 15800),
    ("脱毛", "Hair removal", 22800),
    ("光子嫩肤", "Photo rejuvenation", 88000),
    ("抗衰护理", "Anti-ageing treatment", 128_000),
];

const MASSAGE: &[Item] = &[
    ("肩颈按摩 30分钟", "Neck and shoulder massage 30 min", 12800),
    ("全身按摩 60分钟", "Full body massage 60 min", 25800),
    ("足疗 60分钟", "Foot massage 60 min", 16800),
    ("中式推拿", "Tui na", 21800),
    ("精油按摩 90分钟", "Aroma massage 90 min", 39800),
    ("泰式按摩", "Thai massage", 32800),
    ("热石按摩", "Hot stone massage", 45800),
    ("拔罐", "Cupping", 9800),
    ("双人水疗", "Spa for two", 98000),
];

const TRAINING: &[Item] = &[
    ("私教课 1节", "Personal training 1 h", 30000),
    ("瑜伽课", "Yoga class", 8800),
    ("普拉提课", "Pilates class", 12800),
    ("动感单车课", "Spinning class", 6800),
    ("体测", "Body check", 5000),
    ("拳击课", "Boxing class", 15800),
    ("游泳课", "Swimming lesson", 18000),
    ("高级私教 1节", "Senior trainer 1 h", 48000),
    ("康复训练", "Rehabilitation training", 52000),
];

const PACKAGES: &[Item] = &[
    ("健身次卡 10次", "Gym pass 10 visits", 49900),
    ("健身月卡", "Gym month card", 39900),
    ("健身季卡", "Gym quarter card", 99900),
    ("美容次卡 5次", "Beauty pass 5 visits", 88000),
    ("按摩次卡 10次", "Massage pass 10 visits", 168_000),
    ("健身年卡", "Gym year card", 299_900),
    ("私教包 12节", "Training pack 12 h", 338_000),
    ("家庭年卡", "Family year card", 498_000),
];

const DRINKS: &[Item] = &[
    ("矿泉水 550ml", "Mineral water 550 ml", 300),
    ("可乐 330ml", "Cola 330 ml", 350),
    ("电解质水", "Electrolyte drink", 650),
    ("冷萃咖啡", "Cold brew coffee", 1800),
    ("绿茶", "Green tea", 500),
    ("椰子水", "Coconut water", 990),
    ("豆奶", "Soy milk", 600),
    ("蛋白奶昔", "Protein shake", 2800),
    ("鲜榨橙汁", "Fresh orange juice", 2200),
    ("气泡水", "Sparkling water", 800),
    ("菊花茶", "Chrysanthemum tea", 450),
    ("运动能量饮", "Energy drink", 700),
    ("牛奶 1L", "Milk 1 l", 1590),
    ("龙井茶叶 100g", "Longjing tea 100 g", 16800),
    ("红酒 750ml", "Red wine 750 ml", 19800),
];

const BEERS: &[Item] = &[
    ("青岛啤酒 500ml", "Tsingtao lager 500 ml", 690),
    ("雪花啤酒 500ml", "Snow lager 500 ml", 490),
    ("小麦白啤 500ml", "Wheat beer 500 ml", 1290),
    ("精酿IPA 330ml", "Craft IPA 330 ml", 2190),
    ("黑啤 500ml", "Dark stout 500 ml", 1590),
];

const NAPPY: &[Item] = &[
    ("纸尿裤 M 64片", "Nappies M 64 pcs", 10900),
    ("纸尿裤 L 54片", "Nappies L 54 pcs", 10990),
    ("拉拉裤 XL 42片", "Nappy pants XL 42 pcs", 11900),
    ("纸尿裤 S 76片", "Nappies S 76 pcs", 9900),
    ("有机棉纸尿裤 L", "Organic nappies L", 18900),
];

const BABY: &[Item] = &[
    ("婴儿湿巾", "Baby wipes", 1590),
    ("米粉", "Rice cereal", 4900),
    ("果泥", "Fruit puree", 1290),
    ("婴儿奶粉 900g", "Infant formula 900 g", 32800),
    ("婴儿润肤露", "Baby lotion", 4500),
    ("奶瓶", "Feeding bottle", 7900),
    ("儿童牙膏", "Children's toothpaste", 2490),
    ("婴儿洗衣液", "Baby laundry liquid", 5500),
    ("绘本", "Picture book", 2900),
    ("积木", "Building blocks", 9900),
    ("婴儿连体衣", "Baby bodysuit", 6900),
];

const SNACKS: &[Item] = &[
    ("薯片", "Crisps", 890),
    ("苏打饼干", "Soda crackers", 1190),
    ("坚果 每日装", "Daily nuts", 690),
    ("海苔", "Seaweed snack", 1290),
    ("巧克力", "Chocolate bar", 1390),
    ("辣条", "Spicy strips", 500),
    ("瓜子", "Sunflower seeds", 990),
    ("牛肉干", "Beef jerky", 3990),
    ("蛋黄酥", "Egg yolk pastry", 4500),
    ("酸奶", "Yoghurt", 790),
    ("方便面", "Instant noodles", 550),
    ("话梅", "Salted plums", 1090),
    ("水果杯", "Fruit cup", 1500),
    ("全麦面包", "Wholemeal bread", 1890),
    ("坚果礼盒", "Nut gift box", 15800),
    ("月饼礼盒", "Mooncake box", 23800),
];

const SUPPLEMENTS: &[Item] = &[
    ("维生素C", "Vitamin C", 5900),
    ("蛋白粉 1kg", "Whey protein 1 kg", 26800),
    ("蛋白棒", "Protein bar", 1590),
    ("复合维生素", "Multivitamin", 12800),
    ("鱼油", "Fish oil", 15800),
    ("钙片", "Calcium tablets", 7900),
    ("益生菌", "Probiotics", 16800),
    ("胶原蛋白饮", "Collagen drink", 19800),
    ("肌酸", "Creatine", 9900),
    ("褪黑素", "Melatonin", 6900),
    ("代餐奶昔", "Meal shake", 13900),
    ("左旋肉碱", "L-carnitine", 11800),
    ("燕窝礼盒", "Bird's nest box", 68800),
];

const SPORTSWEAR: &[Item] = &[
    ("运动袜", "Sports socks", 2900),
    ("速干T恤", "Quick-dry T-shirt", 9900),
    ("瑜伽裤", "Yoga leggings", 19900),
    ("运动文胸", "Sports bra", 15900),
    ("健身手套", "Training gloves", 6900),
    ("运动毛巾", "Sports towel", 3900),
    ("瑜伽垫", "Yoga mat", 12900),
    ("泳镜", "Swimming goggles", 8900),
    ("弹力带", "Resistance band", 4900),
    ("摇摇杯", "Shaker bottle", 3500),
    ("运动短裤", "Training shorts", 11900),
    ("跑鞋", "Running shoes", 49900),
    ("运动外套", "Track jacket", 29900),
    ("泡沫轴", "Foam roller", 7900),
    ("智能手环", "Fitness tracker", 24900),
    ("筋膜枪", "Massage gun", 59900),
];
