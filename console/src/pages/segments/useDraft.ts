import { keepPreviousData } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, type Api } from '../../api/client';
import { useDebounced } from '../../hooks/useDebounced';
import { checkRules, hiddenGroups } from './checkRules';
import { cleanRules } from './cleanRules';

type Rules = Api['SegmentSettings'];

/** Rules as they are being edited: what is wrong with them, what they would change. */
export function useDraft(rules: Rules) {
  const { t } = useTranslation();
  const [draft, setDraft] = useState(rules);
  const wanted = useMemo(() => cleanRules(draft), [draft]);
  const settled = useDebounced(wanted, 500);
  const changed = JSON.stringify(wanted) !== JSON.stringify(cleanRules(rules));
  const faults = useMemo(() => {
    const fields = checkRules(draft).map(({ field, key, values }) => ({
      field,
      message: key === 'required' ? t('form.required') : t(`rules.fault.${key}`, values),
    }));
    return fields.length > 0 ? { code: 'invalid_config', fields } : null;
  }, [draft, t]);
  const hidden = useMemo(() => hiddenGroups(draft.groups), [draft.groups]);
  const preview = api.useQuery(
    'post',
    '/api/v1/segments/settings/preview',
    { body: settled },
    { enabled: changed && !faults && settled === wanted, retry: false, placeholderData: keepPreviousData },
  );
  return { draft, setDraft, wanted, changed, faults, hidden, preview };
}
