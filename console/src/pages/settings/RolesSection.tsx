import { CheckOutlined } from '@ant-design/icons';
import { useTranslation } from 'react-i18next';
import { api, type Api } from '../../api/client';
import { Loaded } from '../../ui/Loaded';
import { Panel } from '../../ui/Panel';

/** Who may what. */
export function RolesSection() {
  const { t } = useTranslation();
  const query = api.useQuery('get', '/api/v1/roles');
  return (
    <Panel title={t('roles.title')} lead={t('roles.lead')}>
      <Loaded query={query}>{(roles) => <Matrix roles={roles} />}</Loaded>
    </Panel>
  );
}

function Matrix({ roles: { roles, permissions } }: { roles: Api['Roles'] }) {
  const { t } = useTranslation();
  return (
    <div className="gx-scroll" tabIndex={0} role="group" aria-label={t('roles.title')}>
      <table className="gx-plain-table gx-matrix">
        <thead>
          <tr>
            <th scope="col">{t('roles.permission')}</th>
            {roles.map((role) => (
              <th scope="col" key={role.name} title={t(`role.${role.name}.about`)}>
                {t(`role.${role.name}.name`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {permissions.map((permission) => (
            <tr key={permission.name}>
              <th scope="row">
                {t(`permission.${permission.name.replace('.', '_')}`)}
                <code className="gx-faint gx-small">{permission.name}</code>
              </th>
              {roles.map((role) => (
                <td key={role.name}>
                  {role.permissions.some((name) => name === permission.name) ? (
                    <CheckOutlined className="gx-good" aria-label={t('common.yes')} />
                  ) : (
                    <span className="gx-faint" aria-label={t('common.no')}>
                      –
                    </span>
                  )}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
