/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INIT_ERRNO_NAME_H
#define INIT_ERRNO_NAME_H

/* "ok" for a result that is not negative, otherwise the errno's name, or "errno" for one that is not listed. */
const char *result_name(long result);

#endif
