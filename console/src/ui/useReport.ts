import { App } from 'antd';
import { useTrouble } from './Trouble';

/** Says what went wrong with something that was clicked and has no place of its own for it. */
export function useReport() {
  const { message } = App.useApp();
  const trouble = useTrouble();
  return (error: unknown) => {
    const { title, detail } = trouble(error);
    void message.error(detail ?? title);
  };
}
