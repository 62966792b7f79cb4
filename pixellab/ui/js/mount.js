/**
 * One object a component, made when its element comes onto the page and kept until it leaves.
 *
 * Streamlit calls what a renderer returns when the element has left; but also when newer data has come before the
 * renderer of the older was through, which happens on a busy machine: then the element is still here, and all that it
 * shows must stay.
 *
 * @param {(parent: HTMLElement) => {load: (data: Object, send: Function, trigger: Function) => void, stop?: () => void}} make
 * send(name, value) sets a state of the component, trigger(name, value) is heard once.
 *
 * @returns {Function} the default export of a component
 */
export function mounts(make) {
  const mounted = new WeakMap();
  return ({ parentElement, data, setStateValue, setTriggerValue }) => {
    if (!mounted.has(parentElement)) mounted.set(parentElement, make(parentElement));
    const component = mounted.get(parentElement);
    component.load(data, setStateValue, setTriggerValue);
    return () => {
      if (parentElement.isConnected) return;
      component.stop?.();
      mounted.delete(parentElement);
    };
  };
}
