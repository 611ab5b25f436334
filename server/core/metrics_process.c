/* SPDX-License-Identifier: Apache-2.0 */
/* The standard process_* metrics, read from /proc when somebody asks. What can't be read keeps its last value. */
#include <dirent.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "server/core/metrics.h"

/* Fields 14, 15 (ticks of user and kernel) and 22 (ticks from boot to start) of /proc/self/stat. The second field, the
 * program's name in brackets, may hold anything: counting begins after its last bracket. */
static bool read_stat(double *cpu_ticks, double *start_ticks) {
    char text[1024];
    FILE *f = fopen("/proc/self/stat", "re");
    size_t n = f == NULL ? 0 : fread(text, 1, sizeof text - 1, f);
    if (f != NULL) fclose(f);
    text[n] = '\0';
    const char *at = strrchr(text, ')');
    unsigned long long user, kernel, start;
    if (at == NULL ||
        sscanf(at + 1, " %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %llu %llu %*d %*d %*d %*d %*d %*d %llu", &user,
               &kernel, &start) != 3)
        return false;
    *cpu_ticks = (double)(user + kernel);
    *start_ticks = (double)start;
    return true;
}

static double boot_time(void) {
    struct timespec now, up;
    clock_gettime(CLOCK_REALTIME, &now);
    clock_gettime(CLOCK_BOOTTIME, &up);
    return (double)(now.tv_sec - up.tv_sec) + (double)(now.tv_nsec - up.tv_nsec) / 1e9;
}

static void read_memory(void) {
    unsigned long long virtual_pages, resident_pages;
    FILE *f = fopen("/proc/self/statm", "re");
    double page = (double)sysconf(_SC_PAGESIZE);
    if (f != NULL && fscanf(f, "%llu %llu", &virtual_pages, &resident_pages) == 2) {
        metrics_set(METRIC_PROCESS_VIRTUAL, (double)virtual_pages * page);
        metrics_set(METRIC_PROCESS_RESIDENT, (double)resident_pages * page);
    }
    if (f != NULL) fclose(f);
}

static void read_fds(void) {
    struct rlimit limit;
    int n = 0;
    DIR *d = opendir("/proc/self/fd");
    if (d != NULL) {
        for (struct dirent *e; (e = readdir(d)) != NULL;) n += e->d_name[0] != '.';
        closedir(d);
        metrics_set(METRIC_PROCESS_OPEN_FDS, n - 1); /* the directory itself */
    }
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0) metrics_set(METRIC_PROCESS_MAX_FDS, (double)limit.rlim_cur);
}

void metrics_read_process(void) {
    static double started;
    double cpu, start, ticks = (double)sysconf(_SC_CLK_TCK);
    if (read_stat(&cpu, &start)) {
        if (started == 0) started = boot_time() + start / ticks; /* once: the clock may be set later */
        metrics_set(METRIC_PROCESS_CPU, cpu / ticks);
        metrics_set(METRIC_PROCESS_START, started);
    }
    read_memory();
    read_fds();
}
