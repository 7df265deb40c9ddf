#define _GNU_SOURCE
#include <string.h>

#include "fixture.h"

#define PIECE 65536

martlet_status fixture_make_artifact(struct fixture_run *run, martlet_error *error) {
    char text[80];
    const martlet_host_artifact *side = run->plugin->artifact;
    const martlet_host *host = run->plugin->host;
    uint64_t size = (uint64_t)fixture_number(run->parameters, "size", 0), offset = 0;
    uint8_t piece[PIECE];
    if (!side) return fixture_fail(error, MARTLET_UNIMPLEMENTED, "", "the host offers no artifacts");
    fixture_text(run->parameters, "name", "artifact.bin", text, sizeof text);
    martlet_string name = {text, strlen(text)};
    martlet_status status = MARTLET_OK;
    do {
        martlet_bytes bytes = {piece, size - offset < PIECE ? (size_t)(size - offset) : PIECE};
        for (size_t i = 0; i < bytes.length; i++) piece[i] = (uint8_t)((offset + i) * 31 / 7);
        status = side->append(host, fixture_deadline(30), run->id, &name, offset, &bytes, error);
        offset += bytes.length;
    } while (!status && offset < size);
    if (status || !fixture_number(run->parameters, "finish", 1)) return status;
    return side->finish(host, fixture_deadline(30), run->id, &name, error);
}
