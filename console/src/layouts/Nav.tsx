import { useTranslation } from 'react-i18next';
import { Link, useLocation } from 'react-router';
import { useKeptPeriod } from '../hooks/keptPeriod';
import { useMay, useMe } from '../hooks/useMe';
import { to } from '../paths';
import { Logo } from '../ui/Logo';
import { isIn, STAGES } from './stages';

/** The stages as navigation; what one may not see is not there. */
export function Nav({ onPick }: { onPick?: () => void }) {
  const { t } = useTranslation();
  const may = useMay();
  const { business, version } = useMe();
  const { pathname } = useLocation();
  const home = to.overview(useKeptPeriod());
  const shown = STAGES.map((group) => group.filter((stage) => may(stage.needs))).filter((group) => group.length > 0);
  return (
    <>
      <Link className="gx-brand" to={home} onClick={onPick}>
        <Logo />
        <span>
          <strong>Guanxi</strong>
          <small>{business.name}</small>
        </span>
      </Link>
      <nav className="gx-nav" aria-label={t('shell.stages')}>
        {shown.map((group) => (
          <ul key={group[0]?.key}>
            {group.map((stage) => (
              <li key={stage.key}>
                <Link
                  to={stage.key === 'overview' ? home : stage.path}
                  aria-current={isIn(stage, pathname) ? 'page' : undefined}
                  className={isIn(stage, pathname) ? 'gx-here' : undefined}
                  onClick={onPick}
                >
                  <span aria-hidden>{stage.icon}</span>
                  {t(`nav.${stage.key}`)}
                </Link>
              </li>
            ))}
          </ul>
        ))}
      </nav>
      <div className="gx-version">{t('shell.version', { version })}</div>
    </>
  );
}
