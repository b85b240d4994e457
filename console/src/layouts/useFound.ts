import { useTranslation } from 'react-i18next';
import type { Api } from '../api/client';
import { useFormat, useLanguage } from '../hooks/useFormat';
import { useMay } from '../hooks/useMe';
import { to } from '../paths';
import { fits, PLACES } from './places';

export interface Found {
  kind: 'customer' | 'segment' | 'question' | 'page';
  path: string;
  text: string;
  more?: string;
}

/** What the server found, and the pages whose name fits. */
export function useFound(text: string, result: Api['SearchResult'] | undefined): Found[] {
  const { t } = useTranslation();
  const { say } = useLanguage();
  const format = useFormat();
  const may = useMay();
  const pages: Found[] = PLACES.filter((place) => !place.needs || may(place.needs)).flatMap((place) => {
    const name = t(place.name);
    return fits(text, name, t(`search.words.${place.words}`)) ? [{ kind: 'page', path: place.path, text: name }] : [];
  });
  if (!text || !result) return pages;
  return [
    ...result.customers.map((hit) => ({
      kind: 'customer' as const,
      path: to.customer(hit.id),
      text: hit.name ?? hit.id,
      more: [hit.identities[0], say(hit.group?.label)].filter(Boolean).join(' · '),
    })),
    ...result.segments.map((hit) => ({
      kind: 'segment' as const,
      path: to.customers({ within: `${hit.dimension}:${hit.name}` }),
      text: say(hit.label),
      more: t('common.customers', { count: hit.customers, value: format.int(hit.customers) }),
    })),
    ...result.questions.map((hit) => ({
      kind: 'question' as const,
      path: to.sql({ question: hit.name }),
      text: say(hit.label),
    })),
    ...pages,
  ];
}
