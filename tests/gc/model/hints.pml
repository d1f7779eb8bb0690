/* The verdict of a cycle where native stacks are no roots (gc/CONCURRENT.md, "Hints"), small enough to be searched completely: a mutator whose two
   references the marker hasn't scanned, three candidates with two slots each, and one slot that isn't a candidate's. The mutator walks about, stores and drops
   while the references among the candidates are counted and compared with the counts. Checked: candidates that are called garbage can't be reached.

       spin -a hints.pml && cc -O2 -DSAFETY -o pan pan.c && ./pan -m100000

   With -DNO_LOG (removed references aren't logged) or -DNO_HINTS (the counts aren't compared again at the verdict) the search must fail. */
#define CELLS 3
#define STEPS 6

typedef Cell { byte slot[2] };
Cell cell[CELLS + 1];              /* 0 is "nothing" */
byte outside;                      /* a slot of an object that is marked, or young */
byte r[2];                         /* counted, but no root */
byte found[CELLS + 1];
bit hinted[CELLS + 1];
bit logged, stopped;
byte busy;                         /* in the middle of a store: stops happen at polls, so not then */

proctype Mutator() {
  byte n, h, s, d, steps;
  do
  :: steps < STEPS ->
     steps++;
     select(d : 0 .. 1); select(s : 0 .. 1);
     h = r[d];
     if
     :: h != 0 -> atomic { !stopped -> r[1 - d] = cell[h].slot[s] }
     :: atomic { !stopped -> r[d] = outside }
     :: atomic { !stopped -> r[d] = 0 }
     :: h != 0 ->
        if
        :: n = r[1 - d]
        :: n = 0
        fi;
        atomic {
          !stopped -> busy++;
#ifndef NO_LOG
          if
          :: cell[h].slot[s] != 0 -> logged = 1
          :: else
          fi
#endif
        }
        atomic { cell[h].slot[s] = n; busy-- }
     :: n = r[d];
        atomic {
          !stopped -> busy++;
#ifndef NO_LOG
          if
          :: outside != 0 -> logged = 1
          :: else
          fi
#endif
        }
        atomic { outside = n; busy-- }
     fi
  :: break
  od
}

byte counted;
inline count(x) {
  d_step {
    counted = (r[0] == x) + (r[1] == x) + (outside == x);
    for (j : 1 .. CELLS) { counted = counted + (cell[j].slot[0] == x) + (cell[j].slot[1] == x) }
  }
}

bit reach[CELLS + 1];
inline close_reach() {
  for (j : 1 .. CELLS) {
    for (i : 1 .. CELLS) {
      if
      :: reach[i] -> reach[cell[i].slot[0]] = 1; reach[cell[i].slot[1]] = 1
      :: else
      fi
    }
  }
  reach[0] = 0
}

proctype Marker() {
  byte i, j, k, x;
  bit alive;
  for (i : 1 .. CELLS) {
    atomic { k = cell[i].slot[0]; found[k]++ }
    atomic { k = cell[i].slot[1]; found[k]++ }
  }
  for (x : 1 .. CELLS) {
    atomic {
      count(x);
      if
      :: counted != found[x] -> alive = 1
      :: else
      fi
    }
  }
  atomic {
    busy == 0 -> stopped = 1;
    alive = alive || logged;
#ifndef NO_HINTS
    for (i : 0 .. CELLS) { reach[i] = hinted[i] }
    close_reach();
    for (x : 1 .. CELLS) {
      if
      :: reach[x] ->
         count(x);
         if
         :: counted != found[x] -> alive = 1
         :: else
         fi
      :: else
      fi
    }
#endif
    if
    :: !alive ->
       for (i : 0 .. CELLS) { reach[i] = 0 }
       reach[r[0]] = 1; reach[r[1]] = 1; reach[outside] = 1;
       reach[0] = 0;
       close_reach();
       for (i : 1 .. CELLS) { assert(!reach[i]) }
    :: else
    fi;
    stopped = 0
  }
}

init {
  atomic {
    /* a ring of two, from one of which the third hangs; the mutator holds one of the ring */
    cell[1].slot[0] = 2; cell[2].slot[0] = 1; cell[2].slot[1] = 3;
    r[0] = 1;
    hinted[1] = 1;
    run Mutator();
    run Marker()
  }
}
