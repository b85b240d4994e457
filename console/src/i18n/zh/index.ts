import 'dayjs/locale/zh-cn';
import antTexts from 'antd/es/locale/zh_CN';
import common from './common.json';
import problem from './problem.json';
import session from './session.json';
import people from './people.json';
import overview from './overview.json';
import customers from './customers.json';
import segments from './segments.json';
import imports from './imports.json';
import data from './data.json';
import settings from './settings.json';

export const texts = {
  ...common,
  ...problem,
  ...session,
  ...people,
  ...overview,
  ...customers,
  ...segments,
  ...imports,
  ...data,
  ...settings,
};
export const components = antTexts;
export const calendar = 'zh-cn';
