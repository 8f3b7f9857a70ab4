// What the parts of React that hand values on give: state, references, contexts, what is remembered.
// Whatever is not here is of the outside.

export declare class RefObject<T> {
  current: T;
}
export declare class Context<T> {
  Provider: Outside;
  Consumer: Outside;
}
export declare function cache<F>(action: F): F;
export declare function createContext<T>(value: T): Context<T>;
export declare function createRef<T>(): RefObject<T>;
export declare function forwardRef<T, P>(render: (props: P, ref: RefObject<T>) => Outside): Outside;
export declare function startTransition(action: () => void): void;
export declare function use<T>(given: Promise<T> | Context<T>): T;
export declare function useActionState<S>(action: (state: S) => S, first: S): [S, Outside, boolean];
export declare function useCallback<F>(action: F, on: Outside): F;
export declare function useContext<T>(context: Context<T>): T;
export declare function useDeferredValue<T>(value: T): T;
export declare function useImperativeHandle<T>(ref: RefObject<T>, make: () => T): void;
export declare function useMemo<T>(make: () => T, on: Outside): T;
export declare function useOptimistic<S>(state: S): [S, Outside];
export declare function useReducer<S, A>(reduce: (state: S, action: A) => S, first: S): [S, Outside];
export declare function useRef<T>(first: T): RefObject<T>;
export declare function useState<S>(first: S | (() => S)): [S, Outside];
export declare function useSyncExternalStore<T>(subscribe: Outside, read: () => T): T;
