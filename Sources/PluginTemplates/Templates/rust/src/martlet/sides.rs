//! The plugin's sides of the extensions, static for each plugin.

use super::raw::*;
use super::{Call, Failure, Host, Id, Plugin, Run, Status, OK};
use std::ffi::c_void;
use std::sync::Arc;

pub const fn module<P: Plugin>() -> Module {
    Module {
        magic: 0x4D52_544C,
        struct_size: size::<Module>(),
        abi_major: 1,
        abi_minor: 0,
        min_host_minor: 0,
        reserved: 0,
        id: CString::of(P::ID),
        name: CString::of(P::NAME),
        version: CString::of(P::VERSION),
        operations: Sides::<P>::OPERATIONS,
        create: create::<P>,
    }
}

/// Exports the plugin: the library's one symbol.
macro_rules! export {
    ($plugin:ty) => {
        static MODULE: crate::martlet::Module = crate::martlet::module::<$plugin>();

        #[no_mangle]
        pub extern "C" fn martlet_module_v1() -> *const crate::martlet::Module {
            &MODULE
        }
    };
}
pub(crate) use export;

struct Sides<P>(std::marker::PhantomData<P>);

impl<P: Plugin> Sides<P> {
    const OPERATIONS: &'static Operations = &Operations {
        struct_size: size::<Operations>(),
        reserved: 0,
        init: init::<P>,
        activate: activate::<P>,
        deactivate: deactivate::<P>,
        destroy: destroy::<P>,
        get_extension: get_extension::<P>,
    };
    const STATE: &'static Reading = &Reading { struct_size: size::<Reading>(), reserved: 0, read: read_state::<P> };
    const STATISTICS: &'static Reading =
        &Reading { struct_size: size::<Reading>(), reserved: 0, read: read_statistics::<P> };
    const CONTROL: &'static ControlSide =
        &ControlSide { struct_size: size::<ControlSide>(), reserved: 0, perform: control::<P> };
    const SETTINGS: &'static SettingsSide = &SettingsSide {
        struct_size: size::<SettingsSide>(),
        reserved: 0,
        validate: validate::<P>,
        apply: apply::<P>,
        read: read_settings::<P>,
    };
    const TASKS: &'static TasksSide =
        &TasksSide { struct_size: size::<TasksSide>(), reserved: 0, start: start::<P>, cancel: cancel::<P> };
}

/// The host holds one reference, from `create` to `destroy`.
struct Held<P> {
    plugin: Arc<P>,
    host: Host,
}

unsafe fn held<'a, P: Plugin>(instance: Instance) -> &'a Held<P> {
    &*(instance as *const Held<P>)
}

unsafe extern "C" fn create<P: Plugin>(
    host: *const CHost, info: *const CCreateInfo, out: *mut Instance, error: *mut CError,
) -> Status {
    let host = Host::new(host);
    match P::create(host, &(*info).local.text()) {
        Ok(plugin) => {
            *out = Box::into_raw(Box::new(Held { plugin: Arc::new(plugin), host })) as Instance;
            OK
        }
        Err(failure) => answer(Err(failure), error),
    }
}

unsafe extern "C" fn init<P: Plugin>(instance: Instance, _: *const CCall, error: *mut CError) -> Status {
    answer(held::<P>(instance).plugin.init(), error)
}

unsafe extern "C" fn activate<P: Plugin>(
    instance: Instance, _: *const CCall, settings: *const CBytes, error: *mut CError,
) -> Status {
    answer(held::<P>(instance).plugin.activate(&(*settings).text()), error)
}

unsafe extern "C" fn deactivate<P: Plugin>(instance: Instance, _: *const CCall, _: *mut CError) -> Status {
    held::<P>(instance).plugin.deactivate();
    OK
}

unsafe extern "C" fn destroy<P: Plugin>(instance: Instance) {
    let held = Box::from_raw(instance as *mut Held<P>);
    held.plugin.deactivate();
}

unsafe extern "C" fn validate<P: Plugin>(
    instance: Instance, _: *const CCall, settings: *const CBytes, error: *mut CError,
) -> Status {
    answer(held::<P>(instance).plugin.validate(&(*settings).text()), error)
}

unsafe extern "C" fn apply<P: Plugin>(
    instance: Instance, call: *const CCall, settings: *const CBytes, error: *mut CError,
) -> Status {
    answer(held::<P>(instance).plugin.apply(&Call(&*call), &(*settings).text()), error)
}

unsafe extern "C" fn control<P: Plugin>(
    plugin: Instance, call: *const CCall, action: i32, instance: *const CString, error: *mut CError,
) -> Status {
    answer(held::<P>(plugin).plugin.control(&Call(&*call), action, &(*instance).text()), error)
}

/// Pushes a document on the thread of the call.
unsafe fn push(document: Result<String, Failure>, sink: *const CSink, error: *mut CError) -> Status {
    match document {
        Ok(text) => ((*sink).write)(sink, &CBytes::of(text.as_bytes())),
        Err(failure) => answer(Err(failure), error),
    }
}

unsafe extern "C" fn read_settings<P: Plugin>(
    instance: Instance, _: *const CCall, sink: *const CSink, error: *mut CError,
) -> Status {
    push(held::<P>(instance).plugin.settings_in_force(), sink, error)
}

unsafe extern "C" fn read_state<P: Plugin>(
    instance: Instance, _: *const CCall, sink: *const CSink, error: *mut CError,
) -> Status {
    push(held::<P>(instance).plugin.state(), sink, error)
}

unsafe extern "C" fn read_statistics<P: Plugin>(
    instance: Instance, _: *const CCall, sink: *const CSink, error: *mut CError,
) -> Status {
    push(held::<P>(instance).plugin.statistics(), sink, error)
}

unsafe extern "C" fn start<P: Plugin>(
    instance: Instance, _: *const CCall, run: *const u8, task: *const CString, parameters: *const CBytes,
    error: *mut CError,
) -> Status {
    let held = held::<P>(instance);
    let run = Run::new(*(run as *const Id), held.host);
    answer(held.plugin.start(run, &(*task).text(), &(*parameters).text()), error)
}

unsafe extern "C" fn cancel<P: Plugin>(instance: Instance, run: *const u8) {
    held::<P>(instance).plugin.cancel(&*(run as *const Id));
}

unsafe extern "C" fn get_extension<P: Plugin>(_: Instance, id: *const CString) -> *const c_void {
    fn side<T>(side: &'static T) -> *const c_void {
        (side as *const T).cast()
    }
    match (*id).text().as_str() {
        "martlet.state/1" => side(Sides::<P>::STATE),
        "martlet.statistics/1" => side(Sides::<P>::STATISTICS),
        "martlet.control/1" if P::CONTROLS => side(Sides::<P>::CONTROL),
        "martlet.settings/1" => side(Sides::<P>::SETTINGS),
        "martlet.tasks/1" => side(Sides::<P>::TASKS),
        _ => std::ptr::null(),
    }
}
