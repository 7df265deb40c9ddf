# find_package(Martlet 1) gives the target Martlet::interface, and martlet_add_plugin.
get_filename_component(MARTLET_SDK "${CMAKE_CURRENT_LIST_DIR}/../../.." ABSOLUTE)

if(NOT TARGET Martlet::interface)
  add_library(Martlet::interface INTERFACE IMPORTED)
  set_target_properties(Martlet::interface PROPERTIES INTERFACE_INCLUDE_DIRECTORIES "${MARTLET_SDK}/include")
endif()

# martlet_add_plugin(ID SOURCES files… MANIFEST plugin.yaml): a target that makes ID/plugin.so and ID/plugin.yaml below the
# build's folder, as an agent takes them. The target's name is the id.
function(martlet_add_plugin id)
  cmake_parse_arguments(PLUGIN "" "MANIFEST" "SOURCES" ${ARGN})
  find_package(Threads REQUIRED)
  set(script "${MARTLET_SDK}/share/martlet/plugin.version")
  set(folder "${CMAKE_CURRENT_BINARY_DIR}/${id}")
  add_library(${id} MODULE ${PLUGIN_SOURCES})
  target_link_libraries(${id} Martlet::interface Threads::Threads "-Wl,-z,defs" "-Wl,--version-script=${script}")
  set_target_properties(${id} PROPERTIES
    PREFIX "" OUTPUT_NAME plugin SUFFIX .so LIBRARY_OUTPUT_DIRECTORY "${folder}"
    C_VISIBILITY_PRESET hidden LINK_DEPENDS "${script}" SKIP_BUILD_RPATH TRUE)
  # No group may write what an agent loads, whatever the umask says.
  add_custom_command(TARGET ${id} POST_BUILD
    COMMAND ${CMAKE_COMMAND} -E copy "${CMAKE_CURRENT_SOURCE_DIR}/${PLUGIN_MANIFEST}" "${folder}/plugin.yaml"
    COMMAND chmod go-w "${folder}" "${folder}/plugin.so" "${folder}/plugin.yaml")
endfunction()
