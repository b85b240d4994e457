import { Tag } from 'antd';
import type { Api } from '../api/client';
import { useLanguage } from '../hooks/useFormat';

/** Colours by how well a customer stands; the words say it, the colour only helps. */
const COLORS: Record<string, string> = {
  champions: 'green',
  loyal: 'green',
  potential_loyalists: 'cyan',
  new_customers: 'blue',
  new: 'blue',
  promising: 'blue',
  active: 'cyan',
  won_back: 'purple',
  need_attention: 'gold',
  about_to_sleep: 'gold',
  cannot_lose: 'red',
  at_risk: 'volcano',
  a: 'green',
  b: 'blue',
};

/** A group, tier or stage. */
export function PlaceTag({ name, label }: { name: string; label: Api['Text'] }) {
  const { say } = useLanguage();
  return <Tag color={COLORS[name]}>{say(label)}</Tag>;
}
