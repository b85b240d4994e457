/** What the simulated shop sells: code, Chinese name, price, category, popularity. */
export interface Product {
  code: string;
  name: string;
  price: number;
  category: string;
  weight: number;
}

const GOODS: Record<string, [name: string, price: number][]> = {
  护肤: [
    ['氨基酸洁面乳', 69],
    ['玻尿酸面膜 5片', 79],
    ['保湿爽肤水', 99],
    ['防晒霜 SPF50', 119],
    ['烟酰胺精华', 169],
    ['抗皱精华', 459],
    ['鱼子酱面霜', 899],
  ],
  彩妆: [
    ['口红 正红', 159],
    ['气垫粉底', 189],
    ['睫毛膏', 89],
    ['眼影盘', 199],
    ['香水 50ml', 689],
  ],
  美容服务: [
    ['深层清洁护理', 198],
    ['光子嫩肤', 980],
    ['美甲', 128],
  ],
  按摩: [
    ['肩颈放松 60分钟', 238],
    ['精油SPA 90分钟', 468],
  ],
  私教: [
    ['私教课 单次', 320],
    ['私教课 10次', 2800],
  ],
  套餐: [
    ['次卡 10次', 1680],
    ['半年卡', 2680],
    ['年卡', 4680],
  ],
  饮品: [
    ['气泡水', 8],
    ['鲜榨橙汁', 18],
    ['蛋白奶昔', 28],
  ],
  零食: [
    ['坚果礼盒', 88],
    ['燕麦能量棒', 12],
    ['黑巧克力', 36],
  ],
  保健品: [
    ['胶原蛋白饮', 298],
    ['维生素C', 68],
    ['益生菌', 158],
  ],
  运动服饰: [
    ['速干T恤', 129],
    ['瑜伽裤', 239],
    ['运动内衣', 189],
  ],
};

let count = 0;
export const PRODUCTS: Product[] = Object.entries(GOODS).flatMap(([category, list]) =>
  list.map(([name, price]) => ({
    code: `SK${String(++count).padStart(4, '0')}`,
    name,
    price,
    category,
    weight: 1 / Math.sqrt(price),
  })),
);

export const STORES = ['国贸店', '三里屯店', '望京店', '线上商城'];
export const CHANNELS = ['门店', '小程序', 'App', '网站'];
const FAMILY = [...'王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗'];
const GIVEN = [
  '雨桐',
  '子涵',
  '欣怡',
  '浩然',
  '梓萱',
  '思远',
  '佳琪',
  '俊杰',
  '静怡',
  '明轩',
  '晓雯',
  '宇航',
  '婷婷',
  '建国',
  '丽华',
  '志强',
  '雅琴',
  '文博',
  '诗涵',
  '一诺',
];
const WEST = ['Anna Lee', 'Ben Carter', 'Chloe Martin', 'David Kim', 'Emma Rossi', 'Felix Wagner'];
export const CITIES = ['北京', '上海', '天津', '石家庄', '杭州'];

export function nameOf(at: number): string {
  if (at % 41 === 7) return WEST[at % WEST.length] as string;
  return `${FAMILY[(at * 7) % FAMILY.length]}${GIVEN[(at * 13 + Math.floor(at / 20)) % GIVEN.length]}`;
}
