import { useTranslation } from 'react-i18next';
import { Panel } from '../../ui/Panel';
import { RuleList } from './RuleList';

interface Props {
  saved: ReadonlySet<string>;
  hidden: ReadonlySet<number>;
  readOnly: boolean;
}

/** The groups in the order in which they are tried. */
export function GroupRules({ saved, hidden, readOnly }: Props) {
  const { t } = useTranslation();
  return (
    <Panel title={t('rules.groups.title')} lead={t('rules.groups.lead')}>
      <RuleList path={['groups']} kind="group" saved={saved} hidden={hidden} readOnly={readOnly} />
    </Panel>
  );
}
