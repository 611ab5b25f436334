/* SPDX-License-Identifier: Apache-2.0 */
/* Every status a reply can carry, once. Numbers are the wire's and never change; 0..16 are the canonical
 * codes many systems share, from 32 on they are ours.
 *
 *   X(NAME, number, fault, retry, words)
 *     fault  whose fault it is: NONE, CALLER, SERVER (decides log level and metric)
 *     retry  what a client may do with the same change id:
 *            DONE   it has taken effect; nothing left to do
 *            FINAL  refused for good; the same request will be refused again
 *            LATER  outcome unknown or passing; keep it and send it again, to any instance
 *            LOGIN  nothing was stored; log in again, then send it again
 *     words  what a person reads when the server gave no better sentence
 */
#ifndef VOUCHSAFE_STATUS_H
#define VOUCHSAFE_STATUS_H

#define VS_STATUS_LIST(X) \
    X(OK, 0, NONE, DONE, "done") \
    X(CANCELLED, 1, CALLER, LATER, "the caller took the request back") \
    X(UNKNOWN, 2, SERVER, LATER, "the outcome is unknown; send it again") \
    X(INVALID_ARGUMENT, 3, CALLER, FINAL, "a field has a value that can't be used") \
    X(DEADLINE_EXCEEDED, 4, SERVER, LATER, "no answer in time; it may still have taken effect") \
    X(NOT_FOUND, 5, CALLER, FINAL, "there is no such record, or it isn't yours to see") \
    X(ALREADY_EXISTS, 6, CALLER, FINAL, "there is one already") \
    X(PERMISSION_DENIED, 7, CALLER, FINAL, "this seat may not do that") \
    X(RESOURCE_EXHAUSTED, 8, SERVER, LATER, "too much at once; wait a moment and try again") \
    X(FAILED_PRECONDITION, 9, CALLER, FINAL, "the record is not in a state that allows this") \
    X(ABORTED, 10, SERVER, LATER, "somebody else was quicker; look and try again") \
    X(OUT_OF_RANGE, 11, CALLER, FINAL, "a number is outside its range") \
    X(UNIMPLEMENTED, 12, CALLER, FINAL, "this server doesn't know that method") \
    X(INTERNAL, 13, SERVER, LATER, "the server failed; its log says why") \
    X(UNAVAILABLE, 14, SERVER, LATER, "the server can't work just now; try again") \
    X(DATA_LOSS, 15, SERVER, FINAL, "stored data can't be read") \
    X(UNAUTHENTICATED, 16, CALLER, LOGIN, "not logged in, or no longer valid; log in again") \
    X(DUPLICATE, 32, NONE, DONE, "this was stored before; nothing was doubled") \
    X(KEY_REUSED, 33, CALLER, FINAL, "this id was used for something else; make a new one")

enum vs_status {
#define X(name, number, fault, retry, words) VS_##name = number,
    VS_STATUS_LIST(X)
#undef X
};

enum vs_fault { VS_FAULT_NONE, VS_FAULT_CALLER, VS_FAULT_SERVER };
enum vs_retry { VS_RETRY_DONE, VS_RETRY_FINAL, VS_RETRY_LATER, VS_RETRY_LOGIN };

#ifdef __cplusplus
extern "C" {
#endif

/* All four answer for numbers that aren't in the list too (a newer server): "STATUS_<n>" is told as
 * "UNKNOWN", SERVER, LATER. Returned strings are static. */
const char *vs_status_name(int status);
const char *vs_status_words(int status);
enum vs_fault vs_status_fault(int status);
enum vs_retry vs_status_retry(int status);

#ifdef __cplusplus
}
#endif
#endif
